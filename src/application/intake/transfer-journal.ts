import type { Pass } from '../reconciler.ts'
import type { PullJournal } from './pull-request.ts'

/** Keeps a pull's progress with its transfer, under the pass's lease. */
export function transferJournal(
  pass: Pass,
  transferId: string,
  progress: (bytes: number) => void,
): PullJournal {
  const key = { id: transferId }
  return {
    progress,
    sourceSeen: (validator) =>
      pass.record(async (tx) => {
        const patch =
          validator.bytes === null ? { validator } : { validator, bytesTotal: validator.bytes }
        await tx.transfers.update(key, patch)
      }),
    uploadCreated: (uploadId, partBytes) =>
      pass.record(async (tx) => {
        await tx.transferParts.deleteWhere({ transferId })
        await tx.transfers.update(key, { uploadId, partBytes })
      }),
    partDone: (part) =>
      pass.record(async (tx) => {
        await tx.transferParts.insertIfAbsent({ ...part, transferId })
      }),
    startedAnew: () =>
      pass.record(async (tx) => {
        await tx.transferParts.deleteWhere({ transferId })
        await tx.transfers.update(key, {
          validator: null,
          uploadId: null,
          partBytes: null,
          bytesDone: 0,
        })
      }),
  }
}
