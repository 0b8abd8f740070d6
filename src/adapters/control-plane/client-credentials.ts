import {
  allowInsecureRequests,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import type { Outbound } from '../../application/ports/outbound.ts'
import { FailureError } from '../../domain/failure.ts'
import { createGuardedFetch } from '../egress/guarded-fetch.ts'

/** A client of ours at a token endpoint, as the operator configured both. */
export interface TokenClient {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Asks for a new access token (RFC 6749 4.4), each time: EDC refuses a token that it has seen. The secret goes to this
 * address and nowhere else: no redirect is followed. Throws `FailureError`: `token-refused`, `no-progress`,
 * `address-refused`; none of them repeats what the other side wrote, since that may hold the secret.
 */
export async function requestToken(
  outbound: Outbound,
  { tokenEndpoint, clientId, clientSecret }: TokenClient,
  signal: AbortSignal,
): Promise<string> {
  const server = { issuer: tokenEndpoint, token_endpoint: tokenEndpoint }
  const client = { client_id: clientId }
  const place = `The token endpoint ${new URL(tokenEndpoint).origin}`
  const response = await clientCredentialsGrantRequest(
    server,
    client,
    ClientSecretPost(clientSecret),
    {},
    // Which addresses may be plain http is the operator's to say.
    {
      [customFetch]: createGuardedFetch(outbound, 'operator'),
      [allowInsecureRequests]: true,
      signal,
    },
  )
  const { status } = response
  if (status >= 500 || status === 429)
    throw new FailureError('no-progress', `${place} answers ${status}.`)
  if (status >= 300 && status < 400)
    throw new FailureError('token-refused', `${place} answers ${status}: no redirect is followed.`)
  try {
    const answer = await processClientCredentialsResponse(server, client, response)
    if (answer.token_type === 'bearer' && isHeaderText(answer.access_token))
      return answer.access_token
  } catch (error) {
    if (status >= 400)
      throw new FailureError('token-refused', `${place} answers ${status}${reasonOf(error)}.`)
  }
  throw new FailureError('token-refused', `${place} answers ${status}, but with no bearer token.`)
}

const isHeaderText = (token: string) => /^[\x21-\x7e]+$/.test(token)

/** Of RFC 6749 5.2; anything else is not shown. */
const errorCodes: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]

const reasonOf = (error: unknown) =>
  error instanceof ResponseBodyError && errorCodes.includes(error.error) ? `: ${error.error}` : ''
