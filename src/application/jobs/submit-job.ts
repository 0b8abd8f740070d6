import type { ComputeServiceVersion } from '../../domain/compute-service.ts'
import { newId } from '../../domain/ids.ts'
import { finalJobStates, noUsage, type Job } from '../../domain/job.ts'
import { checkParameters } from '../../domain/parameters.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { findInput } from '../intake/find-input.ts'
import { once } from '../idempotent.ts'
import { bindInputs } from './pin-inputs.ts'
import type { Records, Transaction } from '../ports/database.ts'
import { tellJob } from '../telling/record-change.ts'
import { untilReady } from '../workspaces/until-ready.ts'

/** Jobs of a workspace that are not over, at most. */
const maxOpenJobs = 10_000

export interface JobRequest {
  readonly serviceId: string
  readonly version?: number | undefined
  readonly inputs?: Readonly<Record<string, string>> | undefined
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly start?: 'now' | 'when-inputs-ready' | undefined
}

/**
 * A job that begins now, or when its inputs are there; validated against the compute service.
 * Throws `service-unknown`, `service-retired`, `input-unknown`, `input-missing`, `invalid-parameters`, `limit-reached`.
 */
export async function submitJob(
  app: Application,
  workspace: Workspace,
  request: JobRequest,
  idempotencyKey: string | undefined,
  signal: AbortSignal,
): Promise<Job> {
  const version = await allowedVersion(app, app.database.read, workspace, request)
  checkBindings(version, request.inputs ?? {})
  const { shown, secret } = checkParameters(version, request.parameters ?? {})
  const known = await app.database.read.inputs.list({ where: { workspaceId: workspace.id } })
  const names = new Set(known.map(({ name }) => name))
  const bindings = bindInputs(version.content, request.inputs ?? {}, (name) => names.has(name))
  const id = newId('job', app.now(), app.randomBytes(10))
  const keyed = { scope: workspace.id, key: idempotencyKey, operation: 'submitJob', body: request }
  const repeated = await repeatOf(app, workspace.id, idempotencyKey)
  if (request.start !== 'when-inputs-ready' && !repeated) {
    await requireInputs(app, workspace, version, bindings, signal)
  }
  const sealedParameters = await sealParameters(app, id, secret)
  const parametersSha256 = app.sha256Hex(JSON.stringify(request.parameters ?? {}))
  const given = { id, bindings, parameters: shown, sealedParameters, parametersSha256 }
  const jobId = await app.database.transaction(async (tx) => {
    const made = await once(app, tx, keyed, async () => {
      await refuseTooMany(tx, workspace.id)
      await insertJob(app, tx, workspace, version, { ...given, labels: request.labels ?? {} })
      return id
    })
    return made.id
  })
  const job = await app.database.read.jobs.get({ id: jobId })
  if (job === undefined) throw new Error(`job ${jobId} is gone`)
  return job
}

async function repeatOf(
  app: Application,
  scope: string,
  key: string | undefined,
): Promise<boolean> {
  return (
    key !== undefined && (await app.database.read.idempotency.get({ scope, key })) !== undefined
  )
}

/** The asked or newest version of a service that the workspace may use and that can run here. */
async function allowedVersion(
  app: Application,
  records: Records,
  workspace: Workspace,
  { serviceId, version }: JobRequest,
): Promise<ComputeServiceVersion> {
  const unknown = () =>
    new ProblemError('service-unknown', `The agreement allows no service ${serviceId}.`, {
      nextStep: 'GET /v1/services lists what it allows.',
    })
  const service = workspace.services.includes(serviceId)
    ? await records.services.get({ id: serviceId })
    : undefined
  if (service === undefined) throw unknown()
  const found = await records.serviceVersions.get({
    serviceId,
    version: version ?? service.version,
  })
  if (found === undefined) throw unknown()
  if (service.retiredAt !== null || found.retiredAt !== null) {
    throw new ProblemError('service-retired', `${serviceId} version ${found.version} is retired.`)
  }
  const refusal = app.compute.refusal(found.content)
  if (refusal !== null) throw new ProblemError('cluster-unavailable', refusal)
  return found
}

function checkBindings(
  version: ComputeServiceVersion,
  inputs: Readonly<Record<string, string>>,
): void {
  const known = new Set(version.content.inputs.map(({ name }) => name))
  const wrong = Object.keys(inputs).filter((name) => !known.has(name))
  if (wrong.length === 0) return
  throw new ProblemError(
    'input-unknown',
    `${wrong.length} of the inputs are not of this service.`,
    {
      errors: wrong.map((name) => ({
        pointer: `/inputs/${name}`,
        code: 'additionalProperties',
        detail: 'is not an input of this service',
      })),
      nextStep: `GET /v1/services/${version.serviceId} shows its inputs.`,
    },
  )
}

/** Throws `input-missing`, naming all that are missing. */
async function requireInputs(
  app: Application,
  workspace: Workspace,
  version: ComputeServiceVersion,
  bindings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const missing: string[] = []
  for (const { name, kind } of version.content.inputs) {
    const input = bindings[name]
    if (input === undefined) continue
    const known = await app.database.read.inputs.get({ workspaceId: workspace.id, name: input })
    if (known?.state === 'AVAILABLE' && (kind === 'directory') === (known.kind === 'directory'))
      continue
    const ready = await untilReady(app, workspace.id, signal)
    if ((await findInput(app, ready, input, kind, signal)) === null) missing.push(input)
  }
  if (missing.length === 0) return
  throw new ProblemError('input-missing', `Not there: ${missing.join(', ')}.`, {
    nextStep: 'Upload them first, or submit with "start":"when-inputs-ready".',
  })
}

async function sealParameters(
  app: Application,
  id: string,
  secret: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  if (Object.keys(secret).length === 0) return null
  return app.secrets.seal(
    { table: 'jobs', id, column: 'sealed_parameters' },
    JSON.stringify(secret),
  )
}

async function refuseTooMany(tx: Transaction, workspaceId: string): Promise<void> {
  const open = await tx.jobs.count({ workspaceId, state: { notIn: finalJobStates } })
  if (open >= maxOpenJobs) {
    throw new ProblemError('limit-reached', `At most ${maxOpenJobs} jobs may be open.`)
  }
}

async function insertJob(
  app: Application,
  tx: Transaction,
  workspace: Workspace,
  version: ComputeServiceVersion,
  given: Pick<
    Job,
    'id' | 'bindings' | 'parameters' | 'sealedParameters' | 'parametersSha256' | 'labels'
  >,
): Promise<void> {
  const now = app.now()
  const job: Job = {
    ...given,
    workspaceId: workspace.id,
    serviceId: version.serviceId,
    version: version.version,
    state: 'WAITING_FOR_INPUTS',
    stateReason: null,
    stateSince: now,
    pins: null,
    attempt: 0,
    maxAttempts: version.content.limits.attempts,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    cancelRequestedAt: null,
    stopFailure: null,
    exitCode: null,
    failure: null,
    usage: noUsage,
  }
  await tx.jobs.insert(job)
  for (const [name, value] of Object.entries(job.labels)) {
    await tx.jobLabels.insert({ jobId: job.id, workspaceId: workspace.id, name, value })
  }
  await tellJob(app, tx, job)
  await tx.work.schedule('job', job.id, now)
}

/** Asks for the end of a job, with grace. A job that is over stays as it is. Throws `not-found`. */
export async function cancelJob(app: Application, workspaceId: string, id: string): Promise<Job> {
  return app.database.transaction(async (tx) => {
    const job = await tx.jobs.first({ id, workspaceId })
    if (job === undefined) throw new ProblemError('not-found', 'There is no such job.')
    if (job.endedAt !== null || job.cancelRequestedAt !== null) return job
    const cancelRequestedAt = app.now()
    await tx.jobs.update({ id }, { cancelRequestedAt })
    await tx.work.schedule('job', id, cancelRequestedAt)
    return { ...job, cancelRequestedAt }
  })
}
