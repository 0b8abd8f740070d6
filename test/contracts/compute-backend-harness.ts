import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  AgentCredentials,
  AttemptRef,
  AttemptSpec,
  AttemptStatus,
  ComputeBackend,
} from '../../src/application/ports/compute-backend.ts'
import type { AgentReport } from '../../src/domain/agent-report.ts'
import { inputKey, outputsListKey, outputsPrefix } from '../../src/domain/bucket-layout.ts'
import {
  defaultLimits,
  type ComputeServiceContent,
  type InputSpec,
  type OutputSpec,
  type ServiceLimits,
} from '../../src/domain/compute-service.ts'
import { parseDotenv } from '../../src/domain/dotenv.ts'
import type { PinnedInput, PinnedObject } from '../../src/domain/job.ts'

/** A store for the suite: one bucket, written and read with the owner's rights. */
export interface SuiteStore {
  readonly bucket: string
  put(key: string, body: Uint8Array | string): Promise<PinnedObject>
  get(key: string): Promise<Buffer | null>
  keys(prefix: string): Promise<string[]>
  /** A session of the agents' role for one attempt. */
  credentials(
    ref: AttemptRef,
    inputs: readonly string[],
    seconds?: number,
  ): Promise<AgentCredentials>
  /** The store cannot be reached until `comeBack`. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

export interface SuiteWorld {
  readonly store: SuiteStore
  readonly backend: ComputeBackend
  /** An image with a POSIX shell, where workers run in containers. */
  readonly image?: string
  /** How long a state is waited for; default 20 s. */
  readonly withinMs?: number
}

/** Makes a world of the test's own; `t.after` removes all attempts that are left and takes it down. */
export type MakeWorld = (t: TestContext) => Promise<SuiteWorld>

export const noSignal = new AbortController().signal

/** Polls until `look` gives something; fails with what is awaited. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) assert.fail(`within ${withinMs} ms not seen: ${what}`)
    await pause(20)
  }
}

export interface ServiceParts {
  readonly script: string
  readonly inputs?: readonly Pick<InputSpec, 'name' | 'kind' | 'mountPath'>[]
  readonly outputs?: readonly Pick<OutputSpec, 'name' | 'kind'>[]
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly limits?: Partial<ServiceLimits>
  readonly maxBytes?: number
}

/** A service whose worker is a POSIX shell script; output directory `/work/out`. */
export function shellService(parts: ServiceParts): ComputeServiceContent {
  const { script, inputs = [], outputs = [], env = {}, args = [], limits = {} } = parts
  return {
    title: 'test',
    description: null,
    datasets: [],
    worker: {
      image: null,
      command: ['/bin/sh', '-c', script, 'worker'],
      args,
      env: { OUT: '$(DSC_ROOT)/work/out', ROOT: '$(DSC_ROOT)', ...env },
      secretEnv: {},
      user: 'image',
    },
    inputs: inputs.map((input) => ({
      ...input,
      required: true,
      maxBytes: parts.maxBytes ?? null,
      description: null,
    })),
    outputs: outputs.map((output) => ({ ...output, required: true, description: null })),
    outputDirectory: '/work/out',
    parameters: {},
    resources: {
      cpu: null,
      memory: null,
      ephemeralStorage: null,
      sharedMemory: null,
      gpu: null,
      profile: null,
    },
    limits: { ...defaultLimits, stageSeconds: 60, collectSeconds: 60, ...limits },
    onSuspend: 'continue',
    egress: [],
  }
}

let count = 0

/** A started attempt with what a test asks of it. */
export class RunningAttempt {
  readonly ref: AttemptRef
  readonly #world: SuiteWorld

  constructor(world: SuiteWorld, ref: AttemptRef) {
    this.#world = world
    this.ref = ref
  }

  status(): Promise<AttemptStatus> {
    return this.#world.backend.status(this.ref, noSignal)
  }

  async phase<P extends AttemptStatus['phase']>(
    phase: P,
    withinMs?: number,
  ): Promise<Extract<AttemptStatus, { phase: P }>> {
    return until(
      `phase ${phase} of ${this.ref.jobId}`,
      async () => {
        const status = await this.status()
        if (status.phase === 'ended' && phase !== 'ended') {
          assert.fail(`ended instead of ${phase}: ${JSON.stringify(status)}`)
        }
        return isPhase(status, phase) ? status : null
      },
      withinMs ?? this.#world.withinMs,
    )
  }

  ended(withinMs?: number) {
    return this.phase('ended', withinMs)
  }

  async log(): Promise<string> {
    const log = await this.#world.backend.logs(this.ref, false, noSignal)
    const chunks: Buffer[] = []
    for await (const chunk of log ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
    return Buffer.concat(chunks).toString()
  }

  logHas(text: string): Promise<boolean> {
    return until(
      `${text} in the log`,
      async () => (await this.log()).includes(text),
      this.#world.withinMs,
    )
  }

  output(path: string): Promise<Buffer | null> {
    return this.#world.store.get(outputsPrefix(this.ref.jobId, this.ref.attempt) + path)
  }

  async report(): Promise<AgentReport | null> {
    const body = await this.#world.store.get(outputsListKey(this.ref.jobId, this.ref.attempt))
    return body === null ? null : (JSON.parse(body.toString()) as AgentReport)
  }

  stop(graceSeconds: number) {
    return this.#world.backend.stop(this.ref, graceSeconds, noSignal)
  }
}

function isPhase<P extends AttemptStatus['phase']>(
  status: AttemptStatus,
  phase: P,
): status is Extract<AttemptStatus, { phase: P }> {
  return status.phase === phase
}

export interface AttemptParts {
  /** Service input name → what the workspace input of that name holds: one body, or paths of a directory. */
  readonly inputs?: Readonly<Record<string, string | Uint8Array | Readonly<Record<string, string>>>>
  readonly variables?: Readonly<Record<string, string>>
  readonly credentialSeconds?: number
  readonly jobId?: string
}

/** Puts the inputs into the store and gives the spec of a new attempt. */
export async function newSpec(
  world: SuiteWorld,
  service: ComputeServiceContent,
  parts: AttemptParts = {},
): Promise<AttemptSpec> {
  const { store } = world
  const ref = { jobId: parts.jobId ?? `job-test${process.pid}x${++count}`, attempt: 1 }
  const inputs: Record<string, PinnedInput> = {}
  for (const [name, content] of Object.entries(parts.inputs ?? {})) {
    inputs[name] = await pin(store, name, content)
  }
  const keys = Object.values(inputs).flatMap(({ objects }) => objects.map(({ key }) => key))
  return {
    ...ref,
    workspaceId: 'ws-test',
    serviceId: 'test',
    version: 1,
    service: { ...service, worker: { ...service.worker, image: world.image ?? null } },
    inputs,
    variables: parts.variables ?? {},
    environments: () => readEnvironments(store, service, inputs),
    bucket: store.bucket,
    credentials: await store.credentials(ref, keys, parts.credentialSeconds),
  }
}

async function readEnvironments(
  store: SuiteStore,
  service: ComputeServiceContent,
  inputs: Readonly<Record<string, PinnedInput>>,
) {
  const environments: ReadonlyMap<string, string>[] = []
  for (const { name, kind } of service.inputs) {
    const [object] = inputs[name]?.objects ?? []
    if (kind !== 'environment' || object === undefined) continue
    environments.push(parseDotenv((await store.get(object.key)) ?? Buffer.alloc(0), name))
  }
  return environments
}

async function pin(
  store: SuiteStore,
  name: string,
  content: string | Uint8Array | Readonly<Record<string, string>>,
): Promise<PinnedInput> {
  const single = typeof content === 'string' || content instanceof Uint8Array
  const objects = single
    ? [await store.put(inputKey(name), content)]
    : await Promise.all(
        Object.entries(content).map(([path, body]) => store.put(inputKey(name, path), body)),
      )
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0)
  return { input: name, bytes, sha256: null, objects }
}

/** Makes an attempt exist. */
export async function run(world: SuiteWorld, spec: AttemptSpec): Promise<RunningAttempt> {
  await world.backend.ensure(spec, noSignal)
  return new RunningAttempt(world, { jobId: spec.jobId, attempt: spec.attempt })
}

export const sha256 = (body: Uint8Array | string) => createHash('sha256').update(body).digest('hex')
