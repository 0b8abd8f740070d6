import type { AgentInput } from '../domain/agent-report.ts'
import { failure, type Failure } from '../domain/failure.ts'
import type { AgentTask } from '../staging/agent-task.ts'
import { claimAttempt } from '../staging/claim.ts'
import type { PatientStore } from '../staging/patient-store.ts'
import { Stopped, withinDeadline } from '../staging/stage-deadline.ts'
import { stageIn } from '../staging/stage-in.ts'
import { causesOf, logStep } from './agent-log.ts'
import { collectOutputs, reportQuietly } from './collect-outputs.ts'
import { claimedByAnother, failureOf } from './failure-of.ts'
import type { PodMarks } from './pod-marks.ts'
import type { TerminationSignal } from './termination-signal.ts'

export interface PodParts {
  readonly task: AgentTask
  /** The pod's UID: what the claim says. */
  readonly identity: string
  readonly store: PatientStore
  readonly marks: PodMarks
  readonly told: TerminationSignal
  /** Called when nothing is to be done for as long as the worker runs. */
  readonly rest: () => void
}

const never = new AbortController().signal

/**
 * One attempt in a pod, where the kubelet runs the worker: from its claim to the worker's beginning, then from the
 * worker's end, which a signal tells, to the report. A killed agent begins here again, in the same pod.
 */
export class PodAttempt {
  readonly #parts: PodParts
  #inputs: readonly AgentInput[] = []
  #claimed = false

  constructor(parts: PodParts) {
    this.#parts = parts
  }

  /** Returns what the attempt's agent ends with; `claimedByAnother`'s if the attempt is not this pod's. */
  async run(): Promise<Failure | null> {
    const found = await this.#stageOnce()
    if (found !== null) return found
    this.#parts.rest()
    await this.#parts.told.received()
    logStep('collecting')
    return collectOutputs(this.#reported(), {
      workerFailure: null,
      stop: never,
      reserveSeconds: reserveOf(this.#parts.task.collectSeconds),
    })
  }

  /** Null: staged, now or in an earlier life. */
  async #stageOnce(): Promise<Failure | null> {
    const { marks } = this.#parts
    const staged = await marks.stagedInputs()
    if (staged !== null) {
      logStep('staged before')
      this.#inputs = staged
      return null
    }
    if (await marks.wasBegun()) return (await marks.stagingEnd()) ?? interrupted
    try {
      await this.#stage()
      return null
    } catch (error) {
      return this.#stagingEnd(error)
    }
  }

  #stage(): Promise<void> {
    const { task, identity, store, marks, told } = this.#parts
    const bounds = { seconds: task.stageSeconds, stop: told.signal, store }
    return withinDeadline({ ...bounds, code: 'staging-failed' }, async (signal) => {
      if (!(await claimAttempt(store, task, identity, signal))) throw claimedByAnother
      this.#claimed = true
      await marks.begin()
      logStep('staging')
      const { inputs } = await stageIn(task, store, signal)
      this.#inputs = inputs
      signal.throwIfAborted()
      await marks.markStaged(inputs)
      logStep('staged')
    })
  }

  async #stagingEnd(error: unknown): Promise<Failure> {
    logStep('staging failed', { error: causesOf(error) })
    const found = error instanceof Stopped ? deleted : failureOf(error)
    if (!this.#claimed) return found
    await this.#parts.marks.markStagingEnd(found)
    if (found !== deleted) await reportQuietly(this.#reported(), found)
    return found
  }

  #reported() {
    return { task: this.#parts.task, store: this.#parts.store, inputs: this.#inputs }
  }
}

/** The kubelet ends the agent when the task's time for it is over: the report of a failure comes before. */
const reserveOf = (collectSeconds: number) => Math.min(10, collectSeconds / 5)

const deleted = failure('pod-deleted', 'The pod was ended while its inputs were staged.')
const interrupted = failure('staging-failed', 'The agent was restarted in the middle of stage-in.')
