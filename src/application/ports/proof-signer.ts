/** Who we are towards a provider, as a control plane's entry says. */
export interface Identity {
  readonly did: string
  /** A private key: a JWK, or PKCS#8 in PEM. */
  readonly key: string
}

/** Signs the client JWT of the token renewal profile (Data Plane Signaling 1.7). */
export interface ProofSigner {
  /** Why a key cannot sign, in words that hold nothing of it; null: it can. */
  problemOf(key: string): string | null
  /** Throws when the key is none that can sign. */
  sign(identity: Identity, claims: { audience: string; token: string; now: Date }): Promise<string>
}
