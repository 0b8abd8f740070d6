import type { IncomingHttpHeaders } from 'node:http'
import { ProblemError } from '../domain/problem.ts'

/** What an authenticator may look at: everything but the body. */
export interface AuthenticationRequest {
  readonly operationId: string
  readonly headers: IncomingHttpHeaders
  /** The path's parameters as they came, not checked yet. */
  readonly path: Readonly<Record<string, string>>
  /** The secret of a path below `/k/{secret}`. */
  readonly pathSecret: string | undefined
  readonly remoteAddress: string | undefined
}

/** Finds who calls, or says why not, by returning or throwing the problem. */
export type Authenticate<Principal> = (
  request: AuthenticationRequest,
) => Promise<Principal | ProblemError>

/** One authenticator for each security scheme of a document. */
export type Authenticators<Principals> = {
  readonly [Scheme in keyof Principals]: Authenticate<Principals[Scheme]>
}

/** `Authorization: Bearer T` and bare `T`: clients of data addresses send both. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const token = (headers.authorization ?? '').trim().replace(/^bearer +/i, '')
  return token === '' || token.includes(' ') ? undefined : token
}

/** Asks the operation's schemes in order; the first that knows the caller is enough. */
export async function authenticate(
  schemes: readonly string[],
  authenticators: ReadonlyMap<string, Authenticate<unknown>>,
  request: AuthenticationRequest,
): Promise<unknown> {
  let refusal: ProblemError | undefined
  for (const scheme of schemes) {
    const found = await authenticators.get(scheme)?.(request)
    if (found !== undefined && !(found instanceof ProblemError)) return found
    refusal = found ?? refusal
  }
  throw refusal ?? new ProblemError('unauthenticated', 'A credential is required.')
}
