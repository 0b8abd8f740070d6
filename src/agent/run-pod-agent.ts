import { collectEverything } from '../adapters/memory/garbage.ts'
import { FailureError, type Failure } from '../domain/failure.ts'
import type { AgentTask } from '../staging/agent-task.ts'
import { CredentialsFile } from '../staging/credentials-file.ts'
import { patientStore } from '../staging/patient-store.ts'
import { errorCode } from '../staging/placed-file.ts'
import {
  podAgentExit,
  podPathsIn,
  podUidVariable,
  readPodTask,
  type PodPaths,
} from '../staging/pod-task.ts'
import { S3StagingStore } from '../staging/s3-staging-store.ts'
import { causesOf, logStep } from './agent-log.ts'
import { claimedByAnother, failureOf } from './failure-of.ts'
import { PodAttempt } from './pod-attempt.ts'
import { PodMarks } from './pod-marks.ts'
import type { TerminationSignal } from './termination-signal.ts'

const lingerMs = 2_000

/** The agent of a job's pod, whose folders are in `base` (`/dsc`). Returns the exit code; says a bad end to the kubelet. */
export async function runPodAgent(
  base: string | undefined,
  told: TerminationSignal,
): Promise<number> {
  const paths = podPathsIn(base)
  const marks = new PodMarks(paths)
  const found = await bringToEnd(paths, marks, told)
  logStep('ended', { failure: found?.code ?? 'none' })
  if (found !== null) await marks.sayEnd(found)
  const exitCode = exitCodeOf(found)
  // Whatever is still open by then is nobody's any more.
  setTimeout(() => process.exit(exitCode), lingerMs).unref()
  return exitCode
}

function exitCodeOf(found: Failure | null): number {
  if (found === null) return podAgentExit.done
  return found === claimedByAnother.failure ? podAgentExit.notOurs : podAgentExit.failed
}

async function bringToEnd(
  paths: PodPaths,
  marks: PodMarks,
  told: TerminationSignal,
): Promise<Failure | null> {
  try {
    const task = await taskOf(paths)
    using store = new S3StagingStore(new CredentialsFile(paths.credentials), task.bucket)
    const rest = () => {
      store[Symbol.dispose]()
      collectEverything()
    }
    const parts = { task, identity: identityOf(), marks, told, rest }
    return await new PodAttempt({ ...parts, store: patientStore(store) }).run()
  } catch (error) {
    logStep('failed', { error: causesOf(error) })
    return failureOf(error)
  }
}

async function taskOf({ task }: PodPaths): Promise<AgentTask> {
  try {
    return await readPodTask(task)
  } catch (error) {
    const said = errorCode(error)
    const tail = said === null ? '' : ` (${said})`
    throw new FailureError('internal', `The task of this pod cannot be read${tail}.`, {
      cause: error,
    })
  }
}

function identityOf(): string {
  const uid = process.env[podUidVariable] ?? ''
  if (uid === '') throw new FailureError('internal', `${podUidVariable} is not set.`)
  return uid
}
