import type { AttemptFolder } from '../adapters/compute-local/attempt-folder.ts'
import type { LocalStatus, LocalTask } from '../adapters/compute-local/documents.ts'
import { writeDurably } from '../adapters/compute-local/durable-file.ts'
import { writeStatus } from '../adapters/compute-local/status-file.ts'
import type { AgentInput } from '../domain/agent-report.ts'
import { failure, type Failure } from '../domain/failure.ts'
import { noUsage } from '../domain/job.ts'
import { workerCommand, workerEnvironment } from '../domain/worker-environment.ts'
import { claimAttempt } from '../staging/claim.ts'
import type { PatientStore } from '../staging/patient-store.ts'
import { Stopped, withinDeadline } from '../staging/stage-deadline.ts'
import { stageIn, type StagedInputs } from '../staging/stage-in.ts'
import { causesOf, logStep } from './agent-log.ts'
import { collectOutputs, reportQuietly } from './collect-outputs.ts'
import { claimedByAnother, failureOf } from './failure-of.ts'
import { runWorker, type WorkerEnd } from './run-worker.ts'
import type { StopRequest } from './stop-request.ts'
import { searchPath } from './search-path.ts'

export type AttemptEnd = Extract<LocalStatus, { phase: 'ended' }>

/** One attempt from its claim to its end. Whatever happens, `run` returns an end. */
export class LocalAttempt {
  readonly #folder: AttemptFolder
  readonly #local: LocalTask
  readonly #store: PatientStore
  readonly #stop: StopRequest
  #inputs: readonly AgentInput[] = []
  #worker: WorkerEnd | null = null

  constructor(folder: AttemptFolder, local: LocalTask, store: PatientStore, stop: StopRequest) {
    this.#folder = folder
    this.#local = local
    this.#store = store
    this.#stop = stop
  }

  async run(): Promise<AttemptEnd> {
    try {
      const staged = await this.#stageIn()
      const worker = await this.#runWorker(staged)
      const early = this.#earlyEnd(worker)
      if (early !== undefined) return this.#end(early)
      return this.#end(await this.#collect(worker))
    } catch (error) {
      if (error instanceof Stopped) return this.#end(this.#stopFailure())
      logStep('failed', { error: causesOf(error) })
      const found = failureOf(error)
      if (this.#worker === null && error !== claimedByAnother) {
        await reportQuietly(this.#reported(), found)
      }
      return this.#end(found)
    }
  }

  #stageIn(): Promise<StagedInputs> {
    const seconds = this.#local.task.stageSeconds
    const bounds = { seconds, stop: this.#stop.signal, store: this.#store }
    return withinDeadline({ ...bounds, code: 'staging-failed' }, async (signal) => {
      const { task, identity } = this.#local
      if (!(await claimAttempt(this.#store, task, identity, signal))) throw claimedByAnother
      await writeDurably(this.#folder.claimed, `${identity}\n`)
      await writeStatus(this.#folder, { phase: 'staging', since: new Date() })
      logStep('staging')
      const staged = await stageIn(task, this.#store, signal)
      this.#inputs = staged.inputs
      return staged
    })
  }

  async #runWorker({ environments }: StagedInputs): Promise<WorkerEnd> {
    if (this.#stop.signal.aborted) throw new Stopped()
    const { command, args, env, parameters, offered, runSeconds, logBytes } = this.#local
    const { home: HOME, temporary: TMPDIR } = this.#folder
    const environment = workerEnvironment({
      base: { PATH: searchPath(), HOME, TMPDIR },
      offered,
      inputs: environments,
      fixed: env,
      parameters,
    })
    this.#worker = await runWorker({
      folder: this.#folder,
      command: workerCommand(command, args, environment),
      environment,
      runSeconds,
      logBytes,
      stop: this.#stop,
      onStarted: async (startedAt) => {
        await writeStatus(this.#folder, { phase: 'running', since: startedAt, startedAt })
        logStep('running')
      },
    })
    return this.#worker
  }

  /** Undefined: what the worker left is collected. Else nothing of it is published. */
  #earlyEnd({ cause }: WorkerEnd): Failure | null | undefined {
    if (cause === 'stopped') return this.#stopFailure()
    if (cause !== 'timed-out') return undefined
    const { runSeconds } = this.#local
    return failure('run-timeout', `The worker ran longer than ${runSeconds} seconds.`)
  }

  async #collect({ startedAt, exitCode, cause }: WorkerEnd): Promise<Failure | null> {
    const since = new Date()
    await writeStatus(this.#folder, { phase: 'collecting', since, startedAt, exitCode })
    logStep('collecting', { exitCode })
    const ownFailure =
      cause === 'out-of-memory'
        ? failure('out-of-memory', 'The worker was ended because the memory was used up.')
        : null
    return collectOutputs(this.#reported(), {
      workerFailure: ownFailure,
      stop: this.#stop.signal,
      reserveSeconds: 0,
    })
  }

  #reported() {
    return { task: this.#local.task, store: this.#store, inputs: this.#inputs }
  }

  /** Asked for: the asker knows why. Told to end by the machine: the attempt is lost. */
  #stopFailure(): Failure | null {
    return this.#stop.cause === 'terminated'
      ? failure('node-lost', 'The process that watched over the worker was told to end.')
      : null
  }

  #end(found: Failure | null): AttemptEnd {
    const worker = this.#worker
    const wallSeconds =
      worker === null ? 0 : (worker.endedAt.getTime() - worker.startedAt.getTime()) / 1000
    return {
      phase: 'ended',
      startedAt: worker?.startedAt ?? null,
      endedAt: new Date(),
      exitCode: worker?.exitCode ?? null,
      failure: found === null ? null : { code: found.code, message: found.message },
      usage: {
        ...noUsage,
        wallSeconds,
        cpuSeconds: worker === null ? 0 : worker.cpuSeconds,
        gpuSeconds: wallSeconds * this.#local.gpuCount,
      },
    }
  }
}
