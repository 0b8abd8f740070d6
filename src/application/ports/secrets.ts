/** Names the row and column that a secret is kept in: one sealed for another place does not open. */
export interface SecretPlace {
  readonly table: string
  readonly id: string
  readonly column: string
}

/** Secrets of others at rest (JWE, A256GCM, key derived for this purpose). */
export interface SecretBox {
  seal(place: SecretPlace, text: string): Promise<string>
  /** Throws when it was altered, moved, or sealed with a key that is not configured any more. */
  open(place: SecretPlace, sealed: string): Promise<string>
}

/** Signs what others keep as proof (ES256). Public keys, retired ones too, are at `/.well-known/jwks.json`. */
export interface Signer {
  /** Compact JWS over the UTF-8 bytes of `payload`. */
  sign(payload: string, type: string): Promise<string>
  publicKeys(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}

/** What a token opens. Each kind has its own key, so that one never passes for another. */
export type TokenKind = 'access' | 'refresh' | 'callback' | 'sink' | 'report' | 'events' | 'content'

export interface TokenClaims {
  /** The row that it belongs to: grant, transfer or workspace; for content, flow; for events, a digest of the control plane's id. */
  readonly id: string
  /** Access: expiry in ms. Refresh: generation. Others: 0. */
  readonly number: number
  /** Makes two tokens of the same id and number different. */
  readonly salt: string
}

/** Bearer tokens of ours: recomputed when shown, never stored. */
export interface TokenCodec {
  issue(kind: TokenKind, claims: TokenClaims): string
  /** Undefined when the token is not one of ours of this kind. Does not look at times or states. */
  verify(kind: TokenKind, token: string): TokenClaims | undefined
}
