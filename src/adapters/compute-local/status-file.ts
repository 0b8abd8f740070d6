import { access } from 'node:fs/promises'
import type { AttemptStatus } from '../../application/ports/compute-backend.ts'
import { failure } from '../../domain/failure.ts'
import { noUsage } from '../../domain/job.ts'
import type { AttemptFolder } from './attempt-folder.ts'
import { processSchema, statusSchema, type LocalStatus } from './documents.ts'
import { readDocument, writeDurably } from './durable-file.ts'
import { acquireLock, isLocked } from './folder-lock.ts'
import { endWorker } from './processes.ts'

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

export const readStatus = (folder: AttemptFolder) => readDocument(folder.status, statusSchema)

export const writeStatus = (folder: AttemptFolder, status: LocalStatus) =>
  writeDurably(folder.status, `${JSON.stringify(status)}\n`)

/** The attempt's state as its folder tells it. An attempt whose supervisor was killed is brought to its end here. */
export async function attemptStatus(folder: AttemptFolder): Promise<AttemptStatus> {
  if (!(await exists(folder.task))) return { phase: 'absent' }
  const supervised = isLocked(folder.lock)
  const status = await readStatus(folder)
  if (status?.phase === 'ended') return ended(status)
  if (supervised) return status ?? { phase: 'pending', reason: null, idle: false }
  if (await exists(folder.claimed)) return settleLost(folder)
  if (await exists(folder.stop)) return ended(neverRan(new Date()))
  return { phase: 'pending', reason: null, idle: true }
}

/** Claimed, or ended before it could be: such an attempt never starts again. */
export const wasBegun = async (folder: AttemptFolder) =>
  (await exists(folder.claimed)) || (await exists(folder.status))

type Ended = Extract<LocalStatus, { phase: 'ended' }>

function ended(status: Ended): AttemptStatus {
  const { failure: found } = status
  return {
    ...status,
    failure: found === null ? null : failure(found.code, found.message),
    imageDigest: null,
  }
}

export const neverRan = (endedAt: Date): Ended => ({
  phase: 'ended',
  startedAt: null,
  endedAt,
  exitCode: null,
  failure: null,
  usage: noUsage,
})

/** Claimed, not ended, and nobody has the lock: the supervisor was killed. What it left running is ended too. */
async function settleLost(folder: AttemptFolder): Promise<AttemptStatus> {
  using lock = await acquireLock(folder.lock, 0)
  const status = await readStatus(folder)
  if (status?.phase === 'ended') return ended(status)
  if (lock === null) return status ?? { phase: 'pending', reason: null, idle: false }
  await endWorker(await readDocument(folder.worker, processSchema), folder.root)
  const endedAt = new Date()
  const startedAt = status !== null && 'startedAt' in status ? status.startedAt : null
  const lost: Ended = {
    phase: 'ended',
    startedAt,
    endedAt,
    exitCode: status?.phase === 'collecting' ? status.exitCode : null,
    failure: { code: 'node-lost', message: 'The process that watched over the worker is gone.' },
    usage: {
      ...noUsage,
      wallSeconds: startedAt === null ? 0 : (endedAt.getTime() - startedAt.getTime()) / 1000,
      cpuSeconds: null,
    },
  }
  await writeStatus(folder, lost)
  return ended(lost)
}
