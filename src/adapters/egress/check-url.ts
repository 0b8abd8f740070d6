import { isIP } from 'node:net'
import type { AddressTrust } from '../../application/ports/outbound.ts'
import {
  allowsHost,
  canonicalAddress,
  mayConnect,
  type AllowList,
} from '../../domain/address-filter.ts'
import type { OwnListener } from './guard.ts'

export interface UrlRules {
  readonly allow: AllowList
  readonly operatorOrigins: () => ReadonlySet<string>
  readonly ownListeners: () => readonly OwnListener[]
}

/**
 * Whether a URL can pass at all, without asking a name server: its scheme, a literal address, an exact origin.
 * `s3`: it is asked by S3 with given keys, so our own store may be it.
 * The WHATWG parser has already turned decimal, octal and hexadecimal addresses into the usual form.
 */
export function canPass(
  rules: UrlRules,
  text: string,
  trust: AddressTrust,
  { s3 = false }: { readonly s3?: boolean } = {},
): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  if (trust === 'operator') return rules.operatorOrigins().has(url.origin)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  const addresses = knownAddresses(host)
  if (addresses.length === 0) {
    return secure || allowsHost(rules.allow, host, port) || rules.allow.networks.length > 0
  }
  return addresses.some(
    (address) =>
      mayConnect(rules.allow, { host, port, secure }, address) &&
      !rules
        .ownListeners()
        .some(
          (own) =>
            own.port === port && sameAddress(own.host, address) && !(s3 && own.store === true),
        ),
  )
}

/** Literal addresses, and the names that always mean this machine. */
function knownAddresses(host: string): readonly string[] {
  if (isIP(host) !== 0) return [host]
  const name = host.replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost') ? ['127.0.0.1', '::1'] : []
}

const sameAddress = (listener: string, address: string) =>
  canonicalAddress(listener) === canonicalAddress(address)
