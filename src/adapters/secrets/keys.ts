import { hkdfSync } from 'node:crypto'

/** A key of 32 bytes for one purpose, derived from a root key (HKDF-SHA-256). */
export function deriveKey(rootKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', rootKey, new Uint8Array(), `dataspace-compute/${purpose}`, 32),
  )
}
