import { keepsParts } from '../../domain/failure.ts'
import { strongEtag } from '../../domain/source-validator.ts'
import type { Transfer } from '../../domain/transfer.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Records, Transaction } from '../ports/database.ts'
import type { Pass } from '../reconciler.ts'
import type { PullJournal, PullState } from './pull-request.ts'

/** How long the parts of a transfer whose token expired wait for the next one. */
const keptSeconds = 86_400

/** Whether its failure leaves parts that another transfer can go on from. */
export const leavesParts = ({ failure, uploadId, validator }: Transfer): boolean =>
  failure !== null &&
  keepsParts(failure) &&
  uploadId !== null &&
  validator !== null &&
  strongEtag(validator) !== null

/** Until when its parts are kept; null: they are not. */
export const partsKeptUntil = (transfer: Transfer): Date | null =>
  transfer.endedAt !== null && leavesParts(transfer)
    ? secondsFrom(transfer.endedAt, keptSeconds)
    : null

/** What a transfer begins with: what it has itself, else what the one before it for the same input left. */
export interface Beginning {
  readonly state: PullState
  /** Whose parts they are, until the source has said that they are of its content. */
  readonly from: string | null
}

export async function beginningOf(app: Application, transfer: Transfer): Promise<Beginning> {
  const { read } = app.database
  const own = await partsOf(read, transfer.id)
  if (transfer.uploadId !== null || transfer.validator !== null) {
    return { state: { ...transfer, parts: own }, from: null }
  }
  const kept = await keptBefore(app, read, transfer)
  if (kept === undefined) return { state: { ...transfer, parts: own }, from: null }
  const { uploadId, partBytes, validator } = kept
  const parts = await partsOf(read, kept.id)
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  // Without a byte left to read the source would never be asked whether it is its content.
  if (bytes === 0 || bytes === validator?.bytes) {
    return { state: { ...transfer, parts: own }, from: null }
  }
  return { state: { uploadId, partBytes, validator, parts, inherited: true }, from: kept.id }
}

const partsOf = (read: Records, transferId: string) =>
  read.transferParts.list({ where: { transferId }, orderBy: 'partNumber' })

/** The latest of the same input and origin that left parts. */
async function keptBefore(app: Application, read: Records, transfer: Transfer) {
  const { workspaceId, input, sourceSummary } = transfer
  const where = { workspaceId, input, state: 'FAILED', uploadId: { not: null } } as const
  const left = (await read.transfers.list({ where })).filter(
    (one) =>
      (partsKeptUntil(one) ?? app.now()) > app.now() &&
      one.sourceSummary?.origin === sourceSummary?.origin &&
      one.sourceSummary?.type === sourceSummary?.type,
  )
  return left.toSorted((a, b) => (b.endedAt?.getTime() ?? 0) - (a.endedAt?.getTime() ?? 0))[0]
}

/** The parts become those of `transfer` when the source has shown the same content, or void when it has not. */
export function adoptingJournal(
  pass: Pass,
  transfer: Transfer,
  { from, state }: Beginning,
  journal: PullJournal,
): PullJournal {
  if (from === null) return journal
  let adopted = false
  const once = async (change: (tx: Transaction) => Promise<void>) => {
    if (adopted) return
    await pass.record(async (tx) => {
      await change(tx)
      await tx.transferParts.deleteWhere({ transferId: from })
      await tx.transfers.update({ id: from }, { uploadId: null })
    })
    adopted = true
  }
  return {
    ...journal,
    sourceSeen: async (validator) => {
      await once(async (tx) => {
        const { uploadId, partBytes, parts } = state
        await tx.transfers.update({ id: transfer.id }, { uploadId, partBytes, validator })
        for (const part of parts) {
          await tx.transferParts.insertIfAbsent({ ...part, transferId: transfer.id })
        }
      })
      await journal.sourceSeen(validator)
    },
    startedAnew: async () => {
      await once(() => Promise.resolve())
      await journal.startedAnew()
    },
  }
}
