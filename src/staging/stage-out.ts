import type { AgentOutput, AgentReport } from '../domain/agent-report.ts'
import { outputsListKey, outputsPrefix } from '../domain/bucket-layout.ts'
import { outputRefused } from '../domain/output-tree.ts'
import { outputLimits } from '../domain/staging-bounds.ts'
import type { AgentTask } from './agent-task.ts'
import { mapConcurrently } from './concurrency.ts'
import { listOutputs, type OutputEntry } from './list-outputs.ts'
import { readOutput } from './read-output.ts'
import type { StagingStore } from './staging-store.ts'
import { upload, type UploadSource } from './upload.ts'
import { zipOf } from './zip-outputs.ts'

export interface CollectedOutputs {
  readonly outputs: readonly AgentOutput[]
  /** Outputs that the worker did not leave, or left empty (a folder without files). */
  readonly missing: readonly string[]
}

const smallBytes = 1024 * 1024
const concurrentSmall = 8

/**
 * Uploads what the worker left. The whole output directory is judged before the first byte goes. Throws
 * `FailureError` (`output-refused`, `output-too-large`, `collecting-failed`) or `StoreError`.
 */
export async function stageOut(
  task: AgentTask,
  store: StagingStore,
  signal: AbortSignal,
): Promise<CollectedOutputs> {
  const root = task.outputDirectory
  if (root === null) return { outputs: [], missing: [] }
  const limits = { ...outputLimits, maxBytes: task.storageBytes }
  const entries = await listOutputs(root, limits, signal)
  const planned = task.outputs.map(({ name, kind }) => ({
    name,
    uploads: plans[kind](root, name, entries),
  }))
  const outputs: AgentOutput[] = []
  for (const { name, uploads } of planned) {
    const send = async ({ path, source }: PlannedUpload): Promise<AgentOutput> => {
      const below = path === null ? name : `${name}/${path}`
      const key = outputsPrefix(task.jobId, task.attempt) + below
      return { name, path, key, ...(await upload(store, key, source, signal)) }
    }
    const isSmall = ({ source }: PlannedUpload) => source.maxBytes <= smallBytes
    outputs.push(...(await mapConcurrently(uploads.filter(isSmall), concurrentSmall, send)))
    for (const large of uploads.filter((planned) => !isSmall(planned)))
      outputs.push(await send(large))
  }
  const missing = planned.filter(({ uploads }) => uploads.length === 0).map(({ name }) => name)
  return { outputs, missing }
}

/** `outputs.json`: written last, so that what it lists is there. */
export async function writeAgentReport(
  store: StagingStore,
  report: AgentReport,
  signal: AbortSignal,
): Promise<void> {
  const key = outputsListKey(report.jobId, report.attempt)
  const body = new TextEncoder().encode(`${JSON.stringify(report)}\n`)
  await store.put(key, body, 'application/json', signal)
}

interface PlannedUpload {
  /** Below the output, for a directory. */
  readonly path: string | null
  readonly source: UploadSource
}

type Plan = (
  root: string,
  name: string,
  entries: readonly OutputEntry[],
) => readonly PlannedUpload[]

const plans: Readonly<Record<AgentTask['outputs'][number]['kind'], Plan>> = {
  file: (root, name, entries) => {
    const entry = entries.find(({ path }) => path === name)
    if (entry === undefined) return []
    if (entry.kind !== 'file')
      throw outputRefused(name, 'is a folder, the service announced a file')
    return [{ path: null, source: fileSource(root, entry) }]
  },
  directory: (root, name, entries) => {
    if (entries.some(({ path, kind }) => path === name && kind === 'file')) {
      throw outputRefused(name, 'is a file, the service announced a directory')
    }
    const files = entries.filter(({ path, kind }) => kind === 'file' && path.startsWith(`${name}/`))
    const beyond = files[outputLimits.maxDirectoryFiles]
    if (beyond !== undefined) {
      throw outputRefused(
        beyond.path,
        `is one of more than ${outputLimits.maxDirectoryFiles} files`,
      )
    }
    return files.map((entry) => ({
      path: entry.path.slice(name.length + 1),
      source: fileSource(root, entry),
    }))
  },
  archive: (root, _name, entries) =>
    entries.length === 0 ? [] : [{ path: null, source: zipOf(root, entries) }],
}

const fileSource = (root: string, entry: OutputEntry): UploadSource => ({
  contentType: 'application/octet-stream',
  maxBytes: entry.bytes,
  open: () => readOutput(root, entry, { reuseBuffer: true }),
})
