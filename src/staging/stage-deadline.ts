import { FailureError } from '../domain/failure.ts'
import type { PatientStore } from './patient-store.ts'
import { errorCode } from './placed-file.ts'
import { StoreError } from './staging-store.ts'

/** Thrown when a stage ended because it was told to. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export interface StageBounds {
  readonly seconds: number
  /** So much of the seconds is left for what is said afterwards. */
  readonly reserveSeconds?: number
  readonly stop: AbortSignal
  readonly store: PatientStore
  /** What it is called when nothing more exact is known. */
  readonly code: 'staging-failed' | 'collecting-failed'
}

/** Longest time that a timer of Node takes. */
export const maxTimerMs = 2 ** 31 - 1

/** Runs a stage within its time. Throws `Stopped` or a `FailureError`, whatever went wrong inside. */
export async function withinDeadline<T>(
  { seconds, reserveSeconds = 0, stop, store, code }: StageBounds,
  stage: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(
    Math.min(Math.round((seconds - reserveSeconds) * 1000), maxTimerMs),
  )
  try {
    return await stage(AbortSignal.any([deadline, stop]))
  } catch (error) {
    if (stop.aborted) throw new Stopped()
    if (error instanceof FailureError) throw error
    if (deadline.aborted) throw outOfTime(seconds, store.trouble(), code)
    throw asFailure(error, code)
  }
}

function outOfTime(seconds: number, trouble: string | null, code: StageBounds['code']) {
  const verb = code === 'staging-failed' ? 'Staging the inputs' : 'Collecting the outputs'
  const tail = trouble === null ? '' : `: ${trouble}`
  return new FailureError(
    trouble === null ? code : 'store-unavailable',
    `${verb} took longer than ${seconds} seconds${tail}.`,
  )
}

function asFailure(error: unknown, code: StageBounds['code']): FailureError {
  if (error instanceof StoreError) {
    return new FailureError(code, `The object store cannot be used: ${error.message}.`, {
      cause: error,
    })
  }
  const system = errorCode(error)
  if (system === 'ENOSPC' || system === 'EDQUOT') {
    return new FailureError('scratch-full', 'There is no space left for the files of this job.', {
      cause: error,
    })
  }
  if (system === 'EISDIR' || system === 'ENOTDIR' || system === 'ERR_FS_EISDIR') {
    return new FailureError(
      'directory-refused',
      'Two inputs have a file and a folder of one path.',
      {
        cause: error,
      },
    )
  }
  const said = system === null ? '' : ` (${system})`
  return new FailureError(code, `The files of this job cannot be read or written${said}.`, {
    cause: error,
  })
}
