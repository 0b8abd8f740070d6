import { CompactEncrypt, compactDecrypt } from 'jose'
import type { SecretBox, SecretPlace } from '../../application/ports/secrets.ts'
import { deriveKey } from './keys.ts'

const placeText = ({ table, id, column }: SecretPlace) => `${table}/${id}/${column}`

/** Seals with the first root key, opens with any of them. */
export function createSecretBox(rootKeys: readonly Uint8Array[]): SecretBox {
  const keys = rootKeys.map((rootKey) => deriveKey(rootKey, 'secrets-at-rest'))
  const [sealingKey] = keys
  if (sealingKey === undefined) throw new RangeError('a secret key is needed')
  return {
    seal: (place, text) =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', place: placeText(place) })
        .encrypt(sealingKey),
    open: async (place, sealed) => {
      for (const key of keys) {
        const opened = await compactDecrypt(sealed, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        }).catch(() => undefined)
        if (opened === undefined) continue
        if (opened.protectedHeader['place'] !== placeText(place)) break
        return new TextDecoder().decode(opened.plaintext)
      }
      throw new Error(
        `the secret of ${placeText(place)} does not open with the configured DSC_SECRET_KEY`,
      )
    },
  }
}
