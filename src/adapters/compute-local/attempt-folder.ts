import { join } from 'node:path'
import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import { FailureError } from '../../domain/failure.ts'

/** Where everything of one attempt lies. The folder's name is the attempt's name. */
export interface AttemptFolder {
  readonly path: string
  /** Locked by the supervisor for as long as it lives. */
  readonly lock: string
  readonly task: string
  readonly credentials: string
  /** There once the attempt's claim is ours: from then on it never starts again. */
  readonly claimed: string
  readonly status: string
  /** There when the attempt is to be stopped. */
  readonly stop: string
  readonly supervisor: string
  readonly worker: string
  readonly logs: string
  readonly agentLog: string
  /** What the worker knows as `DSC_ROOT`. */
  readonly root: string
  readonly home: string
  readonly temporary: string
  readonly scratch: string
}

export const attemptFolder = (path: string): AttemptFolder => ({
  path,
  lock: join(path, 'lock'),
  task: join(path, 'task.json'),
  credentials: join(path, 'credentials.json'),
  claimed: join(path, 'claimed'),
  status: join(path, 'status.json'),
  stop: join(path, 'stop.json'),
  supervisor: join(path, 'supervisor.json'),
  worker: join(path, 'worker.json'),
  logs: join(path, 'logs'),
  agentLog: join(path, 'agent.log'),
  root: join(path, 'root'),
  home: join(path, 'home'),
  temporary: join(path, 'tmp'),
  scratch: join(path, 'scratch'),
})

const safeJobId = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/
const name = /^([A-Za-z0-9][A-Za-z0-9-]{0,62})-([1-9][0-9]{0,5})$/

export function folderName({ jobId, attempt }: AttemptRef): string {
  if (safeJobId.test(jobId)) return `${jobId}-${attempt}`
  throw new FailureError('internal', 'The id of this job is no name of a folder.')
}

export function attemptOf(folder: string): AttemptRef | null {
  const [, jobId, attempt] = name.exec(folder) ?? []
  return jobId === undefined ? null : { jobId, attempt: Number(attempt) }
}
