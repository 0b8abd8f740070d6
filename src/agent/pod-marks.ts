import { access, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { readDocument, writeDurably } from '../adapters/compute-local/durable-file.ts'
import type { AgentInput } from '../domain/agent-report.ts'
import { failure, type Failure } from '../domain/failure.ts'
import { parseTerminationMessage, terminationMessage, type PodPaths } from '../staging/pod-task.ts'
import { causesOf, logStep } from './agent-log.ts'

const stagedSchema = z.object({
  schema: z.literal('dataspace-compute/staged/1'),
  inputs: z.array(
    z.object({ name: z.string(), key: z.string(), bytes: z.number(), sha256: z.string() }),
  ),
})

const endSchema = z.object({ message: z.string() })

/** What the agent of a pod leaves in its own folder for a later life of itself, the startup probe and the kubelet. */
export class PodMarks {
  readonly #paths: PodPaths

  constructor(paths: PodPaths) {
    this.#paths = paths
  }

  async begin(): Promise<void> {
    await writeDurably(this.#paths.begun, '')
  }

  async wasBegun(): Promise<boolean> {
    return access(this.#paths.begun).then(
      () => true,
      () => false,
    )
  }

  /** From here on the worker may begin. */
  async markStaged(inputs: readonly AgentInput[]): Promise<void> {
    const document = { schema: 'dataspace-compute/staged/1', inputs }
    await writeDurably(this.#paths.staged, JSON.stringify(document))
  }

  /** Null: not staged. */
  async stagedInputs(): Promise<readonly AgentInput[] | null> {
    return (await readDocument(this.#paths.staged, stagedSchema))?.inputs ?? null
  }

  /** Without it, a later life says less exactly what happened. */
  async markStagingEnd({ code, message }: Failure): Promise<void> {
    const document = { message: terminationMessage(code, message) }
    await writeDurably(this.#paths.stagingEnd, JSON.stringify(document)).catch(notWritten)
  }

  async stagingEnd(): Promise<Failure | null> {
    const document = await readDocument(this.#paths.stagingEnd, endSchema)
    const found = parseTerminationMessage(document?.message)
    return found === null ? null : failure(found.code, found.message)
  }

  /** For the kubelet, which shows it in the pod's status. */
  async sayEnd({ code, message }: Failure): Promise<void> {
    const text = terminationMessage(code, message)
    await writeFile(this.#paths.terminationMessage, text).catch(notWritten)
  }
}

const notWritten = (error: unknown) => {
  logStep('the end cannot be written', { error: causesOf(error) })
}
