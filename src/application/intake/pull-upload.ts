import { newPull, type PulledPart, type PullRequest, type PullState } from './pull-request.ts'
import { isResumable } from '../../domain/source-validator.ts'

type UploadRequest = Pick<PullRequest, 'store' | 'bucket' | 'key' | 'signal' | 'state' | 'journal'>

/**
 * What of the recorded state can be gone on with: the parts that the store has exactly so, from the first on.
 * Uploads of exactly this key that are not the recorded one are aborted.
 */
export async function adoptUpload(request: UploadRequest): Promise<PullState> {
  const { store, bucket, key, signal, state } = request
  const kept = isUsable(state) ? state.uploadId : null
  const uploads = await store.listUploads(bucket, key, signal)
  for (const upload of uploads) {
    if (upload.key !== key || upload.uploadId === kept) continue
    await store.abortUpload(bucket, key, upload.uploadId, signal)
  }
  if (kept === null) return startAnew(request)
  const stored = await store.listParts(bucket, key, kept, signal)
  if (stored === null) return isWhole(state) ? state : startAnew(request)
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]))
  const parts = inOrder(state.parts)
  const wrong = parts.findIndex(({ partNumber, etag, bytes }) => {
    const found = byNumber.get(partNumber)
    return found?.etag !== etag || found.bytes !== bytes
  })
  return { ...state, parts: wrong < 0 ? parts : parts.slice(0, wrong) }
}

/** A part is only of use with an upload, a part size and a content that can be recognised again. */
function isUsable({ uploadId, partBytes, validator, parts }: PullState): boolean {
  if (uploadId === null || partBytes === null || validator === null) return false
  return parts.length === 0 || isResumable(validator) || sumOf(parts) === validator.bytes
}

const sumOf = (parts: readonly PulledPart[]) => parts.reduce((sum, { bytes }) => sum + bytes, 0)

/** All parts are recorded: the upload may be gone because it was completed just before a crash. */
const isWhole = ({ validator, parts }: PullState) =>
  parts.length > 0 && sumOf(parts) === validator?.bytes

/** Parts 1, 2, 3 … as far as none is missing. */
function inOrder(parts: readonly PulledPart[]): readonly PulledPart[] {
  const sorted = [...parts].sort((a, b) => a.partNumber - b.partNumber)
  const gap = sorted.findIndex(({ partNumber }, index) => partNumber !== index + 1)
  return gap < 0 ? sorted : sorted.slice(0, gap)
}

async function startAnew({ state, journal }: UploadRequest): Promise<PullState> {
  if (state.uploadId !== null || state.validator !== null) await journal.startedAnew()
  return newPull
}

/** Aborts every unfinished upload of exactly this key. */
export async function removeUploads(
  { store, bucket, key }: UploadRequest,
  signal: AbortSignal,
): Promise<void> {
  for (const upload of await store.listUploads(bucket, key, signal)) {
    if (upload.key === key) await store.abortUpload(bucket, key, upload.uploadId, signal)
  }
}
