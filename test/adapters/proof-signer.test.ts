import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { jwtVerify } from 'jose'
import { proofSigner } from '../../src/adapters/identity/proof-signer.ts'

const did = 'did:web:consumer.example.com'
const now = new Date()
const claims = { audience: 'did:web:provider.example.com', token: 'access', now }
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' })
const jwk = (key: KeyObject, kid: string) =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), kid })

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const keys: readonly [string, KeyObject, string, string, string | undefined][] = [
  ['P-256 in PEM', p256, pem(p256), 'ES256', undefined],
  ['P-384 in PEM', p384, pem(p384), 'ES384', undefined],
  ['RSA in PEM', rsa, pem(rsa), 'PS256', undefined],
  ['Ed25519 as JWK', ed25519, jwk(ed25519, 'key-1'), 'EdDSA', `${did}#key-1`],
  ['P-256 as JWK with a whole id', p256, jwk(p256, `${did}#k`), 'ES256', `${did}#k`],
]
for (const [what, privateKey, key, alg, kid] of keys) {
  test(`${what} signs a proof with ${alg}`, async () => {
    const proof = await proofSigner.sign({ did, key }, claims)
    const { payload, protectedHeader } = await jwtVerify(proof, createPublicKey(privateKey), {
      issuer: did,
      subject: did,
      audience: claims.audience,
      algorithms: [alg],
      requiredClaims: ['jti', 'iat', 'exp'],
    })
    assert.deepEqual([payload['token'], protectedHeader.kid], ['access', kid])
    assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 60)
  })
}

test('what is no private key signs nothing', () => {
  for (const key of ['', 'secret', '{}', '{"kty":"EC"}', pem(p256).slice(0, 80)])
    assert.throws(() => proofSigner.sign({ did, key }, claims), key)
})
