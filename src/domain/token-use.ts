import { canonicalJson } from './canonical-json.ts'
import { isRecord } from './parameters-schema.ts'

/** What a token was used for: it is taken again for the same message only, as long as it is valid. */
export interface TokenUse {
  readonly controlPlaneId: string
  /** Of the token's `jti`. */
  readonly tokenSha256: string
  /** Of what it was used for. */
  readonly useSha256: string
  /** The token is refused by its age from then on. */
  readonly until: Date
}

/** A message as it came. */
export interface UsedRequest {
  readonly method: string
  readonly path: string
  /** Parsed; undefined: none. */
  readonly body: unknown
}

/**
 * What tells one message from another: its path, and its `messageId` with its process, or, where a protocol has no ids of
 * messages, all of its body. A connector that repeats a message sends the same token again.
 */
export function useOf({ method, path, body }: UsedRequest): string {
  const { messageId, processId } = isRecord(body) ? body : {}
  const message =
    typeof messageId === 'string' ? { messageId, processId: processId ?? null } : (body ?? null)
  return canonicalJson([method, path, message])
}
