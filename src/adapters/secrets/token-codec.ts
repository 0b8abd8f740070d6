import { createHmac, timingSafeEqual } from 'node:crypto'
import type { TokenClaims, TokenCodec, TokenKind } from '../../application/ports/secrets.ts'
import { deriveKey } from './keys.ts'

const prefixes: Record<TokenKind, string> = {
  access: 'dsc_',
  refresh: 'dsr_',
  callback: 'dscb_',
  sink: 'dss_',
  report: 'dsrp_',
  events: 'dsev_',
  content: 'dscc_',
}

const pattern = /^([a-z0-9-]{4,40})\.([0-9a-z]{1,12})\.([A-Za-z0-9_-]{0,32})\.([A-Za-z0-9_-]{43})$/

/** Tokens are `<prefix><id>.<number>.<salt>.<HMAC-SHA-256>`, keyed per kind. Issues with the first root key. */
export function createTokenCodec(rootKeys: readonly Uint8Array[]): TokenCodec {
  const keysOf = (kind: TokenKind) => rootKeys.map((rootKey) => deriveKey(rootKey, `token/${kind}`))
  const keys: Record<TokenKind, readonly Uint8Array[]> = {
    access: keysOf('access'),
    refresh: keysOf('refresh'),
    callback: keysOf('callback'),
    sink: keysOf('sink'),
    report: keysOf('report'),
    events: keysOf('events'),
    content: keysOf('content'),
  }
  const mac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const textOf = ({ id, number, salt }: TokenClaims) => `${id}.${number.toString(36)}.${salt}`
  return {
    issue: (kind, claims) => {
      const [key] = keys[kind]
      if (key === undefined) throw new RangeError('a secret key is needed')
      const text = textOf(claims)
      return `${prefixes[kind]}${text}.${mac(key, text).toString('base64url')}`
    },
    verify: (kind, token) => {
      const prefix = prefixes[kind]
      const match = token.startsWith(prefix) ? pattern.exec(token.slice(prefix.length)) : null
      if (match === null) return undefined
      const [, id = '', number = '', salt = '', given = ''] = match
      const claims = { id, number: Number.parseInt(number, 36), salt }
      const givenMac = Buffer.from(given, 'base64url')
      const valid = keys[kind].some((key) => {
        const expected = mac(key, textOf(claims))
        return expected.length === givenMac.length && timingSafeEqual(expected, givenMac)
      })
      return valid && Buffer.from(given, 'base64url').toString('base64url') === given
        ? claims
        : undefined
    },
  }
}
