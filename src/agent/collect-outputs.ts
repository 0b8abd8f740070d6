import type { AgentInput } from '../domain/agent-report.ts'
import type { Failure } from '../domain/failure.ts'
import type { AgentTask } from '../staging/agent-task.ts'
import type { PatientStore } from '../staging/patient-store.ts'
import { Stopped, withinDeadline } from '../staging/stage-deadline.ts'
import { stageOut, writeAgentReport, type CollectedOutputs } from '../staging/stage-out.ts'
import { causesOf, logStep } from './agent-log.ts'
import { failureOf } from './failure-of.ts'

export interface ReportedAttempt {
  readonly task: AgentTask
  readonly store: PatientStore
  /** As they were staged; empty when they were not. */
  readonly inputs: readonly AgentInput[]
}

export interface Collecting {
  /** What the attempt ends with even when everything is collected. */
  readonly workerFailure: Failure | null
  readonly stop: AbortSignal
  /** So much of the task's time is left for the report of a failure. */
  readonly reserveSeconds: number
}

const reportMs = 5_000
const nothing: CollectedOutputs = { outputs: [], missing: [] }

/**
 * Uploads what the worker left and writes the report last, within the task's time. Returns what the attempt ends
 * with. Throws `Stopped`.
 */
export async function collectOutputs(
  attempt: ReportedAttempt,
  { workerFailure, stop, reserveSeconds }: Collecting,
): Promise<Failure | null> {
  const { task, store } = attempt
  const bounds = { seconds: task.collectSeconds, reserveSeconds, stop, store }
  try {
    await withinDeadline({ ...bounds, code: 'collecting-failed' }, async (signal) => {
      const collected = await stageOut(task, store, signal)
      await report(attempt, collected, workerFailure, signal)
    })
    return workerFailure
  } catch (error) {
    if (error instanceof Stopped) throw error
    logStep('collecting failed', { error: causesOf(error) })
    const found = workerFailure ?? failureOf(error)
    await reportQuietly(attempt, found)
    return found
  }
}

/** The end is told elsewhere too: a store that cannot be reached now does not hold it up. */
export async function reportQuietly(attempt: ReportedAttempt, found: Failure): Promise<void> {
  if (attempt.store.trouble() !== null) return
  try {
    await report(attempt, nothing, found, AbortSignal.timeout(reportMs))
  } catch (error) {
    logStep('no report', { error: causesOf(error) })
  }
}

function report(
  { task: { jobId, attempt }, store, inputs }: ReportedAttempt,
  collected: CollectedOutputs,
  found: Failure | null,
  signal: AbortSignal,
): Promise<void> {
  const schema = 'dataspace-compute/agent-report/1'
  return writeAgentReport(
    store,
    { schema, jobId, attempt, inputs, ...collected, failure: found },
    signal,
  )
}
