import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AgentCredentials, AttemptRef } from '../../src/application/ports/compute-backend.ts'
import type { AgentReport } from '../../src/domain/agent-report.ts'
import { outputsListKey, outputsPrefix } from '../../src/domain/bucket-layout.ts'
import type { AgentTask } from '../../src/staging/agent-task.ts'
import { sessionDocument } from '../../src/staging/credentials-file.ts'
import {
  parseTerminationMessage,
  podPathsIn,
  podTaskDocument,
  type PodPaths,
} from '../../src/staging/pod-task.ts'
import { LocalStore } from '../contracts/compute-local-store.ts'
import { until } from '../support/until.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
const endMs = 20_000

/** An embedded store in a folder of the test's own. */
export async function newStore(t: TestContext): Promise<LocalStore> {
  const store = await LocalStore.start(await ownFolder(t, 'dsc-pod-store-'))
  t.after(() => store.stop())
  return store
}

async function ownFolder(t: TestContext, prefix: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

let count = 0

export interface PodOptions {
  readonly ref?: AttemptRef
  readonly task?: (paths: PodPaths) => Partial<AgentTask>
  /** Where the agent believes the store to be. */
  readonly endpoint?: string
  readonly user?: number
}

/** What the kubelet makes of an attempt: its folders, and the agent as a program that is started again. */
export class PodUnderTest {
  readonly ref: AttemptRef
  readonly paths: PodPaths
  readonly uid = `uid-${process.pid}-${++count}`
  agent: AgentUnderTest | null = null
  readonly #store: LocalStore
  readonly #options: PodOptions
  #secretVersion = 0

  private constructor(base: string, store: LocalStore, options: PodOptions) {
    this.paths = podPathsIn(base)
    this.ref = options.ref ?? { jobId: `job-pod${process.pid}x${count}`, attempt: 1 }
    this.#store = store
    this.#options = options
  }

  static async make(
    t: TestContext,
    store: LocalStore,
    options: PodOptions = {},
  ): Promise<PodUnderTest> {
    const base = await ownFolder(t, 'dsc-pod-')
    await chmod(base, 0o755)
    const pod = new PodUnderTest(base, store, options)
    const { secret, inputs, outputs, scratch, credentials, task } = pod.paths
    await mkdir(secret)
    for (const folder of [inputs, outputs, scratch]) {
      await mkdir(folder)
      await chmod(folder, 0o777)
    }
    await symlink('..data/task.json.gz', task)
    await symlink('..data/credentials.json', credentials)
    const keys = pod.task().inputs.flatMap(({ objects }) => objects.map(({ key }) => key))
    await pod.mountSecret(await store.credentials(pod.ref, keys))
    t.after(() => pod.agent?.kill())
    return pod
  }

  task(): AgentTask {
    return {
      ...this.ref,
      bucket: this.#store.bucket,
      inputs: [],
      outputs: [],
      outputDirectory: this.paths.outputs,
      scratchDirectory: this.paths.scratch,
      stageSeconds: 30,
      collectSeconds: 30,
      storageBytes: 1e9,
      ...this.#options.task?.(this.paths),
    }
  }

  /** As the kubelet does it: a new folder, then one symbolic link that is exchanged. */
  async mountSecret(session: AgentCredentials): Promise<void> {
    const { secret } = this.paths
    const version = `..version-${++this.#secretVersion}`
    await mkdir(join(secret, version))
    const endpoint = this.#options.endpoint ?? session.endpoint
    const document = JSON.stringify(sessionDocument({ ...session, endpoint }))
    await writeFile(join(secret, version, 'task.json.gz'), await podTaskDocument(this.task()))
    await writeFile(join(secret, version, 'credentials.json'), document)
    await symlink(version, join(secret, '..data_tmp'))
    await rename(join(secret, '..data_tmp'), join(secret, '..data'))
    const before = join(secret, `..version-${this.#secretVersion - 1}`)
    await rm(before, { recursive: true, force: true })
  }

  /** Starts the agent, for the first time or again. */
  async start(): Promise<AgentUnderTest> {
    await writeFile(this.paths.terminationMessage, '')
    await chmod(this.paths.terminationMessage, 0o666)
    const { user } = this.#options
    const child = spawn(
      process.execPath,
      [main, 'agent', '--base', join(this.paths.scratch, '..')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { DSC_POD_UID: this.uid, TMPDIR: this.paths.scratch },
        ...(user === undefined ? {} : { uid: user, gid: user }),
      },
    )
    this.agent = new AgentUnderTest(child)
    return this.agent
  }

  /** Starts the agent and waits until its startup probe would succeed. */
  async stage(): Promise<AgentUnderTest> {
    const agent = await this.start()
    await until('staged.json', async () => {
      if (agent.exited()) assert.fail(`ended instead: ${agent.log()}`)
      return this.has('staged')
    })
    return agent
  }

  async has(path: 'staged' | 'begun'): Promise<boolean> {
    return stat(this.paths[path]).then(
      () => true,
      () => false,
    )
  }

  async message() {
    return parseTerminationMessage(await readFile(this.paths.terminationMessage, 'utf8'))
  }

  async names(folder: 'inputs' | 'outputs' | 'scratch'): Promise<string[]> {
    return (await readdir(this.paths[folder])).sort()
  }

  async report(): Promise<AgentReport | null> {
    const body = await this.#store.get(outputsListKey(this.ref.jobId, this.ref.attempt))
    return body === null ? null : (JSON.parse(body.toString()) as AgentReport)
  }

  output(path: string): Promise<Buffer | null> {
    return this.#store.get(outputsPrefix(this.ref.jobId, this.ref.attempt) + path)
  }
}

/** One life of the agent. */
export class AgentUnderTest {
  readonly pid: number
  readonly #child: ChildProcess
  #log = ''

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid ?? 0
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString()
    })
  }

  log(): string {
    return this.#log
  }

  exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async step(step: string): Promise<void> {
    await until(`${step} in the agent's log`, () => this.#log.includes(`"step":"${step}"`))
  }

  /** The exit code, or the signal that ended it. */
  async end(): Promise<number | NodeJS.Signals | null> {
    if (!this.exited()) {
      await once(this.#child, 'exit', { signal: AbortSignal.timeout(endMs) }).catch(() => {
        assert.fail(`the agent did not end: ${this.#log}`)
      })
    }
    return this.#child.exitCode ?? this.#child.signalCode
  }

  async kill(): Promise<void> {
    if (this.exited()) return
    this.send('SIGKILL')
    await this.end()
  }

  /** Resolves when a signal has stopped it. */
  async freeze(): Promise<void> {
    this.send('SIGSTOP')
    await until('a frozen agent', () =>
      /\) T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8')),
    )
  }

  /** Seconds of the processor since its start. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
}
