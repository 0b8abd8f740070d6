import type { SourceValidator } from './transfer.ts'

/** The ETag, if it is a strong one: only those promise equal bytes (RFC 9110, 8.8.1). */
export const strongEtag = ({ etag }: SourceValidator): string | null =>
  etag === null || etag.startsWith('W/') ? null : etag

/** Whether a read can go on later from the same bytes. */
export const isResumable = (validator: SourceValidator) =>
  strongEtag(validator) !== null || validator.lastModified !== null

/** Whether what is seen now can be the content that was seen before; what one side does not say counts as equal. */
export function sameContent(before: SourceValidator, now: SourceValidator): boolean {
  if (differ(before.bytes, now.bytes)) return false
  if (before.etag !== null && now.etag !== null) return before.etag === now.etag
  return !differ(before.lastModified, now.lastModified)
}

const differ = <T>(a: T | null, b: T | null) => a !== null && b !== null && a !== b
