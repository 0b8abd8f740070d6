import { readdir } from 'node:fs/promises'
import type { AgentInput } from '../domain/agent-report.ts'
import { parseDotenv } from '../domain/dotenv.ts'
import { FailureError } from '../domain/failure.ts'
import type { PinnedObject } from '../domain/job.ts'
import { directoryProblem } from '../domain/object-path.ts'
import { archiveLimits, maxDotenvBytes } from '../domain/staging-bounds.ts'
import type { AgentTask, StagedInput } from './agent-task.ts'
import { mapConcurrently } from './concurrency.ts'
import { extractArchive } from './extract-archive.ts'
import { readObject, type ReadSum } from './object-reader.ts'
import { makeFolder, placeFile, withScratchFile } from './placed-file.ts'
import type { StagingStore } from './staging-store.ts'

export interface StagedInputs {
  readonly inputs: readonly AgentInput[]
  /** Variables of the inputs of kind `environment`, in the task's order. */
  readonly environments: readonly ReadonlyMap<string, string>[]
}

/** A file takes the place of what an archive or directory brought, as a mounted file does: it comes later. */
const order = ['environment', 'archive', 'directory', 'file'] as const
const concurrentObjects = 8

/**
 * Brings all inputs to their places and makes the output directory. Reads only what the job pinned. Throws
 * `FailureError` of class `data`, `StoreError`, or what the file system says.
 */
export async function stageIn(
  task: AgentTask,
  store: StagingStore,
  signal: AbortSignal,
): Promise<StagedInputs> {
  task.inputs.forEach(checkSize)
  const read: AgentInput[] = []
  const environments: ReadonlyMap<string, string>[] = []
  for (const kind of order) {
    for (const input of task.inputs.filter((candidate) => candidate.kind === kind)) {
      const stage = new Stage(task, input, store, signal)
      if (kind === 'environment') environments.push(await stage.environment())
      else await stage[kind]()
      read.push(...stage.read)
    }
  }
  if (task.outputDirectory !== null) await makeOutputDirectory(task.outputDirectory)
  const place = new Map(task.inputs.map(({ name }, index) => [name, index]))
  const byPlace = (a: AgentInput, b: AgentInput) =>
    (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0)
  return { inputs: read.sort(byPlace), environments }
}

function checkSize({ name, maxBytes, objects }: StagedInput): void {
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0)
  if (maxBytes === null || bytes <= maxBytes) return
  throw new FailureError(
    'input-too-large',
    `Input ${name} has ${bytes} bytes, the service takes at most ${maxBytes}.`,
  )
}

async function makeOutputDirectory(path: string): Promise<void> {
  await makeFolder(path)
  const [entry] = await readdir(path)
  if (entry === undefined) return
  throw new FailureError(
    'internal',
    `The output directory is not empty: an input put ${entry} there.`,
  )
}

/** One input on its way to its place. */
class Stage {
  readonly read: AgentInput[] = []
  readonly #task: AgentTask
  readonly #input: StagedInput
  readonly #store: StagingStore
  readonly #signal: AbortSignal

  constructor(task: AgentTask, input: StagedInput, store: StagingStore, signal: AbortSignal) {
    this.#task = task
    this.#input = input
    this.#store = store
    this.#signal = signal
  }

  async environment(): Promise<ReadonlyMap<string, string>> {
    const object = this.#onlyObject()
    const { name } = this.#input
    if (object.bytes > maxDotenvBytes) {
      throw new FailureError(
        'environment-invalid',
        `Input ${name}: is larger than ${maxDotenvBytes / 1024} KiB.`,
      )
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#bytesOf(object)) chunks.push(chunk)
    return parseDotenv(Buffer.concat(chunks), name)
  }

  async file(): Promise<void> {
    await placeFile(this.#target(), this.#bytesOf(this.#onlyObject()))
  }

  async archive(): Promise<void> {
    const object = this.#onlyObject()
    const target = this.#target()
    await makeFolder(target)
    await withScratchFile(this.#task.scratchDirectory, async (path) => {
      await placeFile(path, this.#bytesOf(object))
      const limits = { ...archiveLimits, maxBytes: this.#task.storageBytes }
      await extractArchive({ path, input: this.#input.name, target, limits }, this.#signal)
    })
  }

  async directory(): Promise<void> {
    const { prefix, objects } = this.#input
    const target = this.#target()
    const paths = objects.map(({ key }) => (key.startsWith(prefix) ? key.slice(prefix.length) : ''))
    const found = directoryProblem(paths)
    if (found !== null) {
      const key = JSON.stringify(prefix + found.path)
      throw new FailureError('directory-refused', `The key ${key} ${found.problem}.`)
    }
    await makeFolder(target)
    await mapConcurrently(objects, concurrentObjects, async (object) => {
      const path = `${target}/${object.key.slice(prefix.length)}`
      await placeFile(path, this.#bytesOf(object))
    })
    const place = new Map(objects.map(({ key }, index) => [key, index]))
    this.read.sort((a, b) => (place.get(a.key) ?? 0) - (place.get(b.key) ?? 0))
  }

  async *#bytesOf(object: PinnedObject): AsyncGenerator<Uint8Array> {
    const sum: ReadSum = { bytes: 0, sha256: '' }
    yield* readObject(this.#store, object, sum, this.#signal)
    this.read.push({ name: this.#input.name, key: object.key, ...sum })
  }

  #onlyObject(): PinnedObject {
    const [object, ...others] = this.#input.objects
    if (object !== undefined && others.length === 0) return object
    throw new FailureError('internal', `Input ${this.#input.name} is not one object.`)
  }

  #target(): string {
    if (this.#input.target !== null) return this.#input.target
    throw new FailureError('internal', `Input ${this.#input.name} has no place.`)
  }
}
