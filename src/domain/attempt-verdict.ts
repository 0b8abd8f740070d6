import type { AgentReport } from './agent-report.ts'
import type { ComputeServiceContent } from './compute-service.ts'
import { failure, type Failure } from './failure.ts'

/** Everything that speaks about the end of an attempt. */
export interface AttemptEvidence {
  readonly service: ComputeServiceContent
  /** Of the worker; null when it never ran or its end is not known. */
  readonly exitCode: number | null
  /** What the backend says went wrong beside the exit code. */
  readonly backendFailure: Failure | null
  /** `outputs.json`; null when there is none. */
  readonly report: AgentReport | null
  /** Keys that the report names and the store does not have as it says. */
  readonly unverified: readonly string[]
  /** Why the attempt was stopped by us; null when it was not. */
  readonly stopFailure: Failure | null
  readonly cancelled: boolean
}

export type Verdict =
  | { readonly state: 'SUCCEEDED' }
  | { readonly state: 'CANCELLED' }
  | { readonly state: 'FAILED'; readonly failure: Failure; readonly retry: boolean }

/** SUCCEEDED only with exit code 0 and every required output verified. */
export function judgeAttempt(evidence: AttemptEvidence): Verdict {
  const found = findFailure(evidence)
  if (evidence.stopFailure !== null) return failed(evidence.stopFailure, evidence)
  if (evidence.cancelled) return { state: 'CANCELLED' }
  return found === undefined ? { state: 'SUCCEEDED' } : failed(found, evidence)
}

function failed(found: Failure, { exitCode, service }: AttemptEvidence): Verdict {
  const retryExitCode =
    found.code === 'exit-code' &&
    exitCode !== null &&
    service.limits.retryExitCodes.includes(exitCode)
  return { state: 'FAILED', failure: found, retry: found.class === 'system' || retryExitCode }
}

function findFailure(evidence: AttemptEvidence): Failure | undefined {
  const { backendFailure, report, exitCode, unverified, service } = evidence
  if (backendFailure !== null) return backendFailure
  if (report !== null && report.failure !== null) return report.failure
  if (exitCode === null) return failure('node-lost', 'The end of the worker is not known.')
  if (exitCode !== 0) return failure('exit-code', `The worker ended with exit code ${exitCode}.`)
  if (report === null) return failure('collecting-failed', 'The results were not collected.')
  const missing = service.outputs.find(
    ({ name, required }) => required && report.missing.includes(name),
  )
  if (missing !== undefined) {
    return failure('output-missing', `The worker did not write the output ${missing.name}.`)
  }
  const unreported = service.outputs.find(
    ({ name, kind, required }) =>
      required && kind !== 'directory' && !report.outputs.some((output) => output.name === name),
  )
  if (unreported !== undefined) {
    return failure('collecting-failed', `The output ${unreported.name} was not collected.`)
  }
  if (unverified.length > 0) {
    return failure(
      'collecting-failed',
      `${unverified.length} collected objects are not in the store as reported.`,
    )
  }
  return undefined
}
