const mebibyte = 1024 * 1024

/** S3: at most 10,000 parts, each but the last of at least 5 MiB. */
export const maxParts = 10_000
const usualPartBytes = 8 * mebibyte
/** Parts of a body of unknown length are held in memory until their length is known: larger ones never. */
export const largestHeldPartBytes = 16 * mebibyte

/** The part size for a body of `bytes`; null: unknown, at most `maxBytes`. A whole number of MiB. */
export function partBytesFor(bytes: number | null, maxBytes: number): number {
  const needed = Math.ceil((bytes ?? maxBytes) / maxParts / mebibyte) * mebibyte
  const chosen = Math.max(usualPartBytes, needed)
  return bytes === null ? Math.min(chosen, largestHeldPartBytes) : chosen
}
