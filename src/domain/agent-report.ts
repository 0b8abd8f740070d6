import type { Failure } from './failure.ts'

/** `outputs.json` of an attempt: what the agent read and wrote. Written last; the service checks it object by object. */
export interface AgentReport {
  readonly schema: 'dataspace-compute/agent-report/1'
  readonly jobId: string
  readonly attempt: number
  /** One entry an object: a directory input has several. */
  readonly inputs: readonly AgentInput[]
  readonly outputs: readonly AgentOutput[]
  /** Names of outputs that the worker did not leave, required or not. */
  readonly missing: readonly string[]
  /** What stage-in or stage-out ran into; null when all went well. */
  readonly failure: Failure | null
}

export interface AgentInput {
  readonly name: string
  readonly key: string
  readonly bytes: number
  readonly sha256: string
}

export interface AgentOutput {
  readonly name: string
  /** Below a directory output, with `/`; null for a file or archive. */
  readonly path: string | null
  readonly key: string
  readonly bytes: number
  readonly sha256: string
  readonly etag: string
}
