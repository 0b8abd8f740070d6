import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
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
      withinMs,
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
    return until(`${text} in the log`, async () => (await this.log()).includes(text))
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
  { store }: SuiteWorld,
  service: ComputeServiceContent,
  parts: AttemptParts = {},
): Promise<AttemptSpec> {
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
    service,
    inputs,
    variables: parts.variables ?? {},
    bucket: store.bucket,
    credentials: await store.credentials(ref, keys, parts.credentialSeconds),
  }
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

/** What every backend promises, with workers that any image with a POSIX shell can run. */
export function computeBackendSuite(name: string, makeWorld: MakeWorld): void {
  describe(`compute backend: ${name}`, () => {
    it('stages every kind of input, runs the worker and collects file, directory and archive', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `
          set -e
          cat "$ROOT/work/in/table.csv" > "$OUT/copy.csv"
          mkdir -p "$OUT/report/deep"
          cat "$ROOT/work/set/a.txt" "$ROOT/work/set/b/c.txt" > "$OUT/report/deep/set.txt"
          printf '%s|%s|%s' "$FROM_DOTENV" "$FIXED" "$TITLE" > "$OUT/report/variables.txt"`,
        inputs: [
          { name: 'settings.env', kind: 'environment', mountPath: null },
          { name: 'table.csv', kind: 'file', mountPath: '/work/in' },
          { name: 'set', kind: 'directory', mountPath: '/work/set' },
        ],
        outputs: [
          { name: 'copy.csv', kind: 'file' },
          { name: 'report', kind: 'directory' },
          { name: 'all.zip', kind: 'archive' },
          { name: 'never', kind: 'file' },
        ],
        env: { FIXED: 'fixed' },
      })
      const spec = await newSpec(world, service, {
        inputs: {
          'settings.env': 'export FROM_DOTENV="a b"\nFIXED=overridden\nTITLE=overridden\n',
          'table.csv': 'x,y\n1,2\n',
          set: { 'a.txt': 'first\n', 'b/c.txt': 'second\n' },
        },
        variables: { TITLE: 'A "title" $(FIXED)' },
      })
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure, null, await attempt.log())
      assert.equal(end.exitCode, 0)
      assert.equal((await attempt.output('copy.csv'))?.toString(), 'x,y\n1,2\n')
      assert.equal((await attempt.output('report/deep/set.txt'))?.toString(), 'first\nsecond\n')
      const variables = (await attempt.output('report/variables.txt'))?.toString()
      assert.equal(variables, 'a b|fixed|A "title" $(FIXED)')
      const report = await attempt.report()
      assert.deepEqual(report?.missing, ['never'])
      assert.equal(report.failure, null)
      assert.deepEqual(
        report.inputs.map(({ name, bytes }) => [name, bytes]),
        [
          ['settings.env', 59],
          ['table.csv', 8],
          ['set', 6],
          ['set', 7],
        ],
      )
      const copy = report.outputs.find(({ name }) => name === 'copy.csv')
      assert.equal(copy?.sha256, sha256('x,y\n1,2\n'))
      assert.equal(copy.path, null)
      const paths = report.outputs.filter(({ name }) => name === 'report').map(({ path }) => path)
      assert.deepEqual(paths, ['deep/set.txt', 'variables.txt'])
      const zip = await attempt.output('all.zip')
      assert.equal(zip?.toString('latin1', 0, 2), 'PK')
      assert.equal(report.outputs.find(({ name }) => name === 'all.zip')?.sha256, sha256(zip))
    })

    it('keeps exit code, log and the outputs that exist of a worker that fails', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo to-stdout; echo to-stderr >&2; echo partial > "$OUT/result"; exit 7',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      const end = await attempt.ended()
      assert.equal(end.exitCode, 7)
      assert.equal(end.failure, null)
      assert.match(await attempt.log(), /to-stdout[^]*to-stderr/)
      assert.equal((await attempt.output('result'))?.toString(), 'partial\n')
    })

    it('shows log lines while the worker runs and ends the stream when it has ended', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: "trap 'echo last; exit 0' TERM; echo first; while :; do sleep 0.1; done",
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.phase('running')
      await attempt.logHas('first')
      const log = await world.backend.logs(attempt.ref, true, noSignal)
      assert.ok(log)
      let text = ''
      for await (const chunk of log) {
        text += String(chunk)
        if (text.includes('first')) await attempt.stop(30)
      }
      assert.match(text, /^first\n(.*\n)*last\n$/)
    })

    it('runs one attempt once however often it is asked for', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo run; sleep 0.3; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const spec = await newSpec(world, service)
      const attempt = await run(world, spec)
      await Promise.all([1, 2, 3].map(() => world.backend.ensure(spec, noSignal)))
      await attempt.ended()
      await world.backend.ensure(spec, noSignal)
      assert.equal((await attempt.status()).phase, 'ended')
      assert.equal(await attempt.log(), 'run\n')
    })

    it('touches nothing when another agent has claimed the attempt', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ran; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const spec = await newSpec(world, service)
      const claim = `jobs/${spec.jobId}/attempts/1/claim`
      await world.store.put(claim, 'somebody else')
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'node-lost')
      assert.equal(end.startedAt, null)
      assert.deepEqual(await world.store.keys(`jobs/${spec.jobId}/`), [claim])
    })

    it('ends the worker by SIGTERM when asked to stop and publishes nothing', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `trap 'echo ending; exit 0' TERM; echo x > "$OUT/result"; echo ready; while :; do sleep 0.05; done`,
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await attempt.stop(30)
      const end = await attempt.ended()
      assert.equal(end.exitCode, 0)
      assert.equal(end.failure, null)
      assert.match(await attempt.log(), /ending/)
      assert.equal(await attempt.report(), null)
      assert.equal(await attempt.output('result'), null)
    })

    it('ends a worker that ignores SIGTERM after the grace time', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `trap '' TERM; echo ready; while :; do sleep 0.05; done`,
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      const askedAt = performance.now()
      await attempt.stop(1)
      const end = await attempt.ended()
      assert.equal(end.exitCode, 137)
      assert.equal(end.failure, null)
      assert.ok(performance.now() - askedAt >= 900)
    })

    it('fails a worker that runs longer than it may', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo x > "$OUT/result"; exec sleep 600',
        outputs: [{ name: 'result', kind: 'file' }],
        limits: { runSeconds: 1, graceSeconds: 5 },
      })
      const attempt = await run(world, await newSpec(world, service))
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'run-timeout')
      assert.equal(end.failure.class, 'user')
      assert.equal(await attempt.output('result'), null)
    })

    it('fails with class data when an input is not the pinned one any more', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo never',
        inputs: [{ name: 'in.txt', kind: 'file', mountPath: '/work/in' }],
      })
      const spec = await newSpec(world, service, { inputs: { 'in.txt': 'old' } })
      await world.store.put(inputKey('in.txt'), 'new')
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'input-changed')
      assert.equal(end.exitCode, null)
      assert.equal((await attempt.report())?.failure?.code, 'input-changed')
    })

    it('refuses a wrong dotenv file, naming line and variable and no value', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo never',
        inputs: [{ name: 'settings.env', kind: 'environment', mountPath: null }],
      })
      const spec = await newSpec(world, service, {
        inputs: { 'settings.env': 'A=1\nLD_PRELOAD=canary-secret\n' },
      })
      const end = await (await run(world, spec)).ended()
      assert.equal(end.failure?.code, 'environment-invalid')
      assert.match(end.failure.message, /line 2.*LD_PRELOAD/)
      assert.doesNotMatch(end.failure.message, /canary/)
    })

    it('keeps two attempts at once apart', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'cat "$ROOT/work/in/in-$WHO.txt" > "$OUT/result"',
        inputs: [
          { name: 'in-a.txt', kind: 'file', mountPath: '/work/in' },
          { name: 'in-b.txt', kind: 'file', mountPath: '/work/in' },
        ],
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempts = await Promise.all(
        ['a', 'b'].map(async (who) => {
          const inputs = { [`in-${who}.txt`]: `of ${who}` }
          const spec = await newSpec(world, service, { inputs, variables: { WHO: who } })
          return run(world, spec)
        }),
      )
      const results = attempts.map(async (attempt) => {
        await attempt.ended()
        return (await attempt.output('result'))?.toString()
      })
      assert.deepEqual(await Promise.all(results), ['of a', 'of b'])
    })

    it('waits for fresh credentials when the session has run out', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'sleep 2; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const spec = await newSpec(world, service, { credentialSeconds: 2 })
      const attempt = await run(world, spec)
      await attempt.phase('collecting')
      await until('an expired session', () =>
        Promise.resolve(spec.credentials.expiresAt.getTime() + 200 < Date.now()),
      )
      assert.equal((await attempt.status()).phase, 'collecting')
      const fresh = await world.store.credentials(spec, [])
      await world.backend.refreshCredentials(attempt.ref, fresh, noSignal)
      const end = await attempt.ended()
      assert.equal(end.failure, null)
      assert.equal((await attempt.output('result'))?.toString(), 'x\n')
    })

    it('delivers after a store that was away during stage-out has come back', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ready; sleep 1.5; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await world.store.goAway()
      await attempt.phase('collecting')
      await pause(1000)
      assert.equal((await attempt.status()).phase, 'collecting')
      await world.store.comeBack()
      const end = await attempt.ended()
      assert.equal(end.failure, null)
      assert.equal((await attempt.output('result'))?.toString(), 'x\n')
    })

    it('fails with class system when the store stays away', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ready; sleep 1; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
        limits: { collectSeconds: 2 },
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await world.store.goAway()
      const end = await attempt.ended(30_000)
      assert.equal(end.exitCode, 0)
      assert.equal(end.failure?.code, 'store-unavailable')
      await world.store.comeBack()
    })

    it('tells of changes, lists attempts, and removes them so that nothing is left', async (t) => {
      const world = await makeWorld(t)
      const seen = new Set<string>()
      await using _ = world.backend.observe(({ jobId }) => seen.add(jobId))
      const service = shellService({ script: 'echo done' })
      const spec = await newSpec(world, service)
      const attempt = await run(world, spec)
      await until('a hint', () => Promise.resolve(seen.has(spec.jobId)))
      await attempt.ended()
      assert.deepEqual(await world.backend.list(noSignal), [attempt.ref])
      await world.backend.remove(attempt.ref, noSignal)
      await world.backend.remove(attempt.ref, noSignal)
      assert.deepEqual(await world.backend.list(noSignal), [])
      assert.equal((await attempt.status()).phase, 'absent')
      assert.equal(await world.backend.logs(attempt.ref, true, noSignal), null)
    })
  })
}
