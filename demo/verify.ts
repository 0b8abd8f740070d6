import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'

const toleranceSeconds = 300

/**
 * Whether a callback really comes from the service: the signature of Standard Webhooks, an HMAC-SHA-256 over
 * `id.timestamp.body` with the secret that the subscription got. Old ones are refused, so that nobody can repeat them.
 */
export function isGenuineWebhook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = Number(headers['webhook-timestamp'])
  const ageSeconds = Math.abs(Date.now() / 1000 - timestamp)
  if (!(ageSeconds < toleranceSeconds)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const [version, encoded = ''] = signature.split(',')
      const given = Buffer.from(encoded, 'base64')
      return (
        version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
      )
    })
}

/** The content of a signed document (JWS), checked with the service's public keys. Throws if it is not genuine. */
export async function openSigned(jws: string, keys: JSONWebKeySet): Promise<unknown> {
  const { payload } = await compactVerify(jws, createLocalJWKSet(keys))
  return JSON.parse(Buffer.from(payload).toString('utf8'))
}

export const isGenuine = (jws: string, keys: JSONWebKeySet): Promise<boolean> =>
  openSigned(jws, keys).then(
    () => true,
    () => false,
  )

/** The same document with one character of its content changed. */
export function forged(jws: string): string {
  const [head = '', content = '', signature = ''] = jws.split('.')
  const middle = Math.floor(content.length / 2)
  const other = content[middle] === 'A' ? 'B' : 'A'
  return `${head}.${content.slice(0, middle)}${other}${content.slice(middle + 1)}.${signature}`
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
