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

/** What can be judged only when all of a request is there. */
export interface WholeRequest {
  readonly method: string
  /** Without the secret before it. */
  readonly path: string
  /** Parsed, not checked yet; undefined: none. */
  readonly body: unknown
}

/** A caller who is known, provided that the credential is good for this very request. */
export class Conditional<Principal> {
  readonly principal: Principal
  /** Throws the problem when it is not. */
  readonly confirm: (request: WholeRequest) => Promise<void>

  constructor(principal: Principal, confirm: (request: WholeRequest) => Promise<void>) {
    this.principal = principal
    this.confirm = confirm
  }
}

/** Finds who calls, or says why not, by returning or throwing the problem. */
export type Authenticate<Principal> = (
  request: AuthenticationRequest,
) => Promise<Principal | Conditional<Principal> | ProblemError>

/** One authenticator for each security scheme of a document. */
export type Authenticators<Principals> = {
  readonly [Scheme in keyof Principals]: Authenticate<Principals[Scheme]>
}

/** `Authorization: Bearer T` and bare `T`: clients of data addresses send both. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const token = (headers.authorization ?? '').trim().replace(/^bearer +/i, '')
  return token === '' || token.includes(' ') ? undefined : token
}

const unconditional = (principal: unknown) => new Conditional(principal, () => Promise.resolve())

/** Asks the operation's schemes in order; the first that knows the caller is enough. */
export async function authenticate(
  schemes: readonly string[],
  authenticators: ReadonlyMap<string, Authenticate<unknown>>,
  request: AuthenticationRequest,
): Promise<Conditional<unknown>> {
  let refusal: ProblemError | undefined
  for (const scheme of schemes) {
    const found = await authenticators.get(scheme)?.(request)
    if (found instanceof Conditional) return found
    if (found !== undefined && !(found instanceof ProblemError)) return unconditional(found)
    refusal = found ?? refusal
  }
  throw refusal ?? new ProblemError('unauthenticated', 'A credential is required.')
}
