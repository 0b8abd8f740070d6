import { isFinalJob } from '../../domain/job.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Input, InputOrigin } from '../../domain/transfer.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** A writer that shows no sign for this long has died: another one may take the input. */
export const writerSeconds = 30

/** Whether somebody is moving bytes into the input; a claim that nobody kept alive is none. */
export const isBeingWritten = ({ writer, writerUntil }: Input, now: Date): boolean =>
  writer !== null && writerUntil !== null && writerUntil > now

/**
 * Takes an input for one writer: who moves bytes. False while another one lives.
 * Throws `input-in-use` while a job that is not over has it pinned.
 */
export async function claimInput(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  name: string,
  writer: string,
  origin: InputOrigin,
): Promise<boolean> {
  await refusePinned(tx, workspaceId, name)
  const now = app.now()
  const writerUntil = secondsFrom(now, writerSeconds)
  const existing = await tx.inputs.get({ workspaceId, name })
  if (existing === undefined) {
    await tx.inputs.insert({
      workspaceId,
      name,
      state: 'UPLOADING',
      kind: 'file',
      bytes: 0,
      objects: 0,
      sha256: null,
      etag: null,
      origin,
      writer,
      writerUntil,
      updatedAt: now,
    })
    return true
  }
  if (existing.writer !== writer && isBeingWritten(existing, now)) return false
  await tx.inputs.update({ workspaceId, name }, { writer, writerUntil })
  return true
}

/** The writer is alive. False when another one has taken its place. */
export async function keepClaim(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  name: string,
  writer: string,
): Promise<boolean> {
  const patch = { writerUntil: secondsFrom(app.now(), writerSeconds) }
  return (await tx.inputs.updateWhere({ workspaceId, name, writer }, patch)) > 0
}

/** Gives the input back: as it was before, or not there at all. */
export async function releaseInput(
  tx: Transaction,
  workspaceId: string,
  name: string,
  writer: string,
): Promise<void> {
  await tx.inputs.deleteWhere({ workspaceId, name, writer, state: 'UPLOADING' })
  await tx.inputs.updateWhere({ workspaceId, name, writer }, { writer: null, writerUntil: null })
}

/** An input as it is once its bytes are durable. */
export function availableFile(
  app: Application,
  workspaceId: string,
  name: string,
  content: Pick<Input, 'bytes' | 'sha256' | 'etag' | 'origin'>,
): Input {
  return {
    ...content,
    workspaceId,
    name,
    state: 'AVAILABLE',
    kind: 'file',
    objects: 1,
    writer: null,
    writerUntil: null,
    updatedAt: app.now(),
  }
}

/** Throws `input-in-use` while a job that is not over reads it. */
export async function refusePinned(
  tx: Transaction,
  workspaceId: string,
  name: string,
): Promise<void> {
  const jobs = await tx.jobs.list({ where: { workspaceId, pins: { not: null } } })
  const user = jobs.find(
    (job) => !isFinalJob(job) && Object.values(job.pins ?? {}).some(({ input }) => input === name),
  )
  if (user === undefined) return
  throw new ProblemError('input-in-use', `Job ${user.id} reads ${name}.`, {
    nextStep: 'Wait until the job has ended, or use another name.',
  })
}
