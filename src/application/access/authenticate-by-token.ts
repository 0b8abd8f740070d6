import type { ControlPlane, SignalingProtocol } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import type { TokenClaims, TokenRules, VerifiedToken } from '../ports/bearer-tokens.ts'

/** A control plane that sends tokens. */
type TokenSender = ControlPlane & { readonly inbound: TokenRules }

/** The JWT of `Authorization: Bearer …`; undefined: none. */
export function bearerOf(authorization: unknown): string | undefined {
  return typeof authorization === 'string'
    ? /^bearer +(\S+) *$/i.exec(authorization)?.[1]
    : undefined
}

/**
 * The control plane of `protocol` whose issuer made the token, once the token is checked by its rules. Throws
 * `unauthenticated`, `token-expired`, `issuer-unavailable`.
 */
export async function authenticateByToken(
  app: Application,
  all: readonly ControlPlane[],
  protocol: SignalingProtocol,
  jwt: string,
): Promise<{ readonly controlPlane: ControlPlane; readonly token: VerifiedToken }> {
  const claims = app.bearerTokens.claims(jwt)
  if (claims === undefined) throw refused('The bearer token is no JWT.')
  const senders = all.filter(
    (one): one is TokenSender =>
      one.protocol === protocol &&
      one.inbound.type === 'oauth2' &&
      one.inbound.issuer === claims.issuer,
  )
  const fitting = senders.filter(({ inbound }) => fits(inbound, claims))
  // What is wrong with the token of a single control plane is told by its check.
  const [sender, ...others] = senders.length === 1 ? senders : fitting
  if (sender === undefined || others.length > 0) {
    throw refused(
      senders.length === 0
        ? 'No control plane is configured for the issuer of the token.'
        : 'The aud and sub of the token do not name one control plane.',
    )
  }
  return { controlPlane: sender, token: await app.bearerTokens.verify(jwt, sender.inbound) }
}

const fits = ({ audience, subject }: TokenRules, claims: TokenClaims) =>
  claims.audiences.includes(audience) && (subject === undefined || subject === claims.subject)

const refused = (detail: string) =>
  new ProblemError('unauthenticated', detail, {
    nextStep: 'Send a token of the issuer that the operator configured for this control plane.',
  })
