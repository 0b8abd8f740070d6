import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../domain/problem.ts'

/** The announced length of a body; null when it is chunked. */
export function contentLength({ headers }: IncomingMessage): number | null {
  const value = headers['content-length']
  return value === undefined ? null : Number(value)
}

/** SHA-256 (hexadecimal) of `Repr-Digest` (RFC 9530); null without one. Throws `invalid-request`. */
export function reprDigest(header: string | undefined): string | null {
  if (header === undefined) return null
  const match = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)
  if (match?.[1] !== undefined) return Buffer.from(match[1], 'base64').toString('hex')
  throw new ProblemError('invalid-request', 'Repr-Digest must hold sha-256=:<base64>:.', {
    errors: [
      { pointer: '/headers/repr-digest', code: 'format', detail: 'must hold a sha-256 digest' },
    ],
  })
}

export const reprDigestOf = (sha256Hex: string) =>
  `sha-256=:${Buffer.from(sha256Hex, 'hex').toString('base64')}:`
