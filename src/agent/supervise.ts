import { attemptFolder, type AttemptFolder } from '../adapters/compute-local/attempt-folder.ts'
import { localTaskSchema, type LocalTask } from '../adapters/compute-local/documents.ts'
import { readDocument, writeDurably } from '../adapters/compute-local/durable-file.ts'
import { acquireLock } from '../adapters/compute-local/folder-lock.ts'
import { identify } from '../adapters/compute-local/processes.ts'
import { wasBegun, writeStatus } from '../adapters/compute-local/status-file.ts'
import { CredentialsFile } from '../staging/credentials-file.ts'
import { patientStore } from '../staging/patient-store.ts'
import { S3StagingStore } from '../staging/s3-staging-store.ts'
import { causesOf, logStep } from './agent-log.ts'
import { LocalAttempt } from './local-attempt.ts'
import { StopRequest } from './stop-request.ts'

const lockWaitMs = 3_000

/**
 * Brings the attempt of this folder to its end: claim, inputs, worker, outputs. Does nothing if another supervisor is
 * at it, or if the attempt was begun before.
 */
export async function superviseAttempt(path: string): Promise<void> {
  const folder = attemptFolder(path)
  using lock = await acquireLock(folder.lock, lockWaitMs)
  if (lock === null) {
    logStep('another supervisor has the folder')
    return
  }
  if (await wasBegun(folder)) {
    logStep('the attempt was begun before')
    return
  }
  const task = await readDocument(folder.task, localTaskSchema)
  if (task === null) throw new Error(`no task in ${path}`)
  await recordSupervisor(folder)
  await bringToEnd(folder, task)
}

async function recordSupervisor(folder: AttemptFolder): Promise<void> {
  const identity = await identify(process.pid)
  if (identity !== null) await writeDurably(folder.supervisor, JSON.stringify(identity))
}

async function bringToEnd(folder: AttemptFolder, task: LocalTask): Promise<void> {
  using stop = new StopRequest(folder, task.graceSeconds)
  using store = new S3StagingStore(new CredentialsFile(folder.credentials), task.task.bucket)
  await stop.check()
  const attempt = new LocalAttempt(folder, task, patientStore(store), stop)
  const end = await attempt.run()
  logStep('ended', { exitCode: end.exitCode ?? 'none', failure: end.failure?.code ?? 'none' })
  try {
    await writeStatus(folder, end)
  } catch (error) {
    logStep('the end cannot be written', { error: causesOf(error) })
    throw error
  }
}
