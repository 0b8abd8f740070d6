/** Prefixes of resource ids. */
export type IdPrefix = 'ws' | 'df' | 'job' | 'tr' | 'sub' | 'evt' | 'dlv' | 'gr' | 'ex' | 'pr'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A time-ordered id: prefix, 10 characters of milliseconds, 16 of randomness (Crockford base 32, lower case, as ULID).
 * A DNS label of at most 30 characters. `random` gives at least 10 bytes.
 */
export function newId(prefix: IdPrefix, now: Date, random: Uint8Array): string {
  return `${prefix}-${encodeNumber(now.getTime(), 10)}${encodeBytes(random.subarray(0, 10))}`
}

function encodeNumber(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let index = 0; index < length; index++) {
    text = alphabet.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** Crockford base 32 of bytes, without padding, lower case: safe in bucket names and DNS labels. */
export function encodeBytes(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
    buffer &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((buffer << (5 - bits)) & 31) : text
}
