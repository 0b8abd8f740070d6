import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { z } from 'zod'
import type { ProofSigner } from '../../application/ports/proof-signer.ts'

const proofSeconds = 60

/** The algorithm follows from the key; `kid` from the JWK, as a part of the DID where it is not an absolute one. */
export const proofSigner: ProofSigner = {
  problemOf: (key) => {
    try {
      algorithmOf(readKey(key).privateKey)
      return null
    } catch {
      return 'must be a private key of type EC (P-256, P-384), Ed25519 or RSA: a JWK (JSON), or PKCS #8 (PEM)'
    }
  },
  sign: ({ did, key }, { audience, token, now }) => {
    const { privateKey, kid } = readKey(key)
    const issuedAt = Math.floor(now.getTime() / 1000)
    return new SignJWT({ token })
      .setProtectedHeader({
        alg: algorithmOf(privateKey),
        typ: 'JWT',
        ...(kid === undefined ? {} : { kid: kid.includes('#') ? kid : `${did}#${kid}` }),
      })
      .setIssuer(did)
      .setSubject(did)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + proofSeconds)
      .setJti(randomUUID())
      .sign(privateKey)
  },
}

const jwkForm = z.looseObject({ kty: z.string(), kid: z.string().optional() })

function readKey(text: string): { privateKey: KeyObject; kid: string | undefined } {
  if (!text.trimStart().startsWith('{')) {
    return { privateKey: createPrivateKey(text), kid: undefined }
  }
  const jwk = jwkForm.parse(JSON.parse(text))
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), kid: jwk.kid }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA'
  if (asymmetricKeyType === 'rsa') return 'PS256'
  const curve = asymmetricKeyDetails?.namedCurve
  if (curve === 'prime256v1') return 'ES256'
  if (curve === 'secp384r1') return 'ES384'
  throw new Error('a key of this type cannot sign')
}
