import { createHash } from 'node:crypto'
import type { UploadedPart } from '../../application/ports/object-store.ts'

/** ETags are kept quoted, as `If-Match` needs them; some stores leave the quotes out in some answers. */
export const quotedEtag = (etag = '') =>
  etag === '' || etag.startsWith('"') || etag.startsWith('W/') ? etag : `"${etag}"`

/** The ETag that S3 gives an object made of these parts. */
export function multipartEtag(parts: readonly UploadedPart[]): string {
  const digest = createHash('md5')
  for (const { etag } of parts) digest.update(Buffer.from(etag.replaceAll('"', ''), 'hex'))
  return `"${digest.digest('hex')}-${parts.length}"`
}
