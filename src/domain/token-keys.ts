import { isRecord } from './parameters-schema.ts'

/** Signatures that are taken: of private keys only, so that nobody who can check a token can make one. */
export const tokenAlgorithms: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

const publicTypes: readonly unknown[] = ['RSA', 'EC', 'OKP']

/** What is wrong with a key set (RFC 7517) that checks tokens; null: nothing. Its keys are public, and shown. */
export function keySetProblem(keySet: Readonly<Record<string, unknown>>): string | null {
  const { keys } = keySet
  if (!Array.isArray(keys) || keys.length === 0) return 'must have keys'
  for (const key of keys as readonly unknown[]) {
    if (!isRecord(key) || !publicTypes.includes(key['kty'])) return 'must have RSA, EC or OKP keys'
    if ('d' in key || 'k' in key) return 'has a private key: give the public ones alone'
  }
  return null
}
