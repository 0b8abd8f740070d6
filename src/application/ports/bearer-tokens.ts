import type { InboundAuthentication } from '../../domain/control-plane.ts'

export type TokenRules = Extract<InboundAuthentication, { readonly type: 'oauth2' }>

/** What a token says of itself. */
export interface TokenClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audiences: readonly string[]
}

export interface VerifiedToken {
  /** Its `jti`; null: it has none, and its repetition cannot be told. */
  readonly id: string | null
  /** From then on it is refused by its age. */
  readonly until: Date
}

/** Bearer tokens of control planes: JWTs of an issuer that the operator configured. */
export interface BearerTokens {
  /** Before anything is checked: good for finding whose rules apply, and for nothing else. Undefined: no JWT. */
  claims(jwt: string): TokenClaims | undefined
  /**
   * Checks signature, `exp`, `iss`, `aud` and, where it is configured, `sub`. Throws `ProblemError`: `unauthenticated` or
   * `token-expired` with what is wrong, `issuer-unavailable` when the keys cannot be had now.
   */
  verify(jwt: string, rules: TokenRules): Promise<VerifiedToken>
}
