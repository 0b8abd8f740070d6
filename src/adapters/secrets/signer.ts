import { createPrivateKey, createPublicKey } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, exportJWK } from 'jose'
import type { Signer } from '../../application/ports/secrets.ts'

/** Signs with the first key; publishes all of them. Keys are PKCS #8, DER, P-256. */
export async function createSigner(privateKeys: readonly Uint8Array[]): Promise<Signer> {
  const keys = await Promise.all(
    privateKeys.map(async (der) => {
      const privateKey = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
      const jwk = await exportJWK(createPublicKey(privateKey))
      if (jwk.crv !== 'P-256') throw new TypeError('DSC_SIGNING_KEY must hold P-256 keys')
      const kid = await calculateJwkThumbprint(jwk)
      return { privateKey, kid, publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } }
    }),
  )
  const [signing] = keys
  if (signing === undefined) throw new RangeError('a signing key is needed')
  return {
    sign: (payload, type) =>
      new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: type })
        .sign(signing.privateKey),
    publicKeys: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
  }
}
