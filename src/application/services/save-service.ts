import { canonicalJson } from '../../domain/canonical-json.ts'
import type { ServiceDefinition } from '../../domain/compute-service-content.ts'
import type { ComputeService, ComputeServiceVersion } from '../../domain/compute-service.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** A compute service in one of its versions. */
export interface ServiceView {
  readonly service: ComputeService
  readonly version: ComputeServiceVersion
}

export type ManagedBy = ComputeService['managedBy']

/** Adds a service in its first version. Throws `state-conflict` when the id is taken. */
export async function createService(
  app: Application,
  tx: Transaction,
  { id, content }: ServiceDefinition,
  managedBy: ManagedBy,
): Promise<ServiceView> {
  const existing = await tx.services.get({ id })
  if (existing !== undefined) {
    refuseManagedByFile(existing)
    const retired = existing.retiredAt === null ? '' : ', retired'
    throw new ProblemError(
      'state-conflict',
      `There is a compute service ${id} already${retired}.`,
      {
        nextStep: `PUT /v1/services/${id} makes a new version of it, and takes back its retirement.`,
      },
    )
  }
  const now = app.now()
  const service: ComputeService = {
    id,
    version: 1,
    paused: false,
    retiredAt: null,
    managedBy,
    createdAt: now,
    updatedAt: now,
  }
  const version = newVersion(app, { id, content }, 1)
  await tx.services.insert(service)
  await tx.serviceVersions.insert(version)
  return { service, version }
}

function newVersion(
  app: Application,
  { id, content }: ServiceDefinition,
  version: number,
): ComputeServiceVersion {
  const contentSha256 = app.sha256Hex(canonicalJson(content))
  return { serviceId: id, version, content, contentSha256, createdAt: app.now(), retiredAt: null }
}

/**
 * Replaces a service: changed content is a new version, the same content changes nothing; a retired service is offered
 * again. Throws `not-found`, and `managed-by-file` when it comes from a file and `managedBy` is `api`.
 */
export async function replaceService(
  app: Application,
  tx: Transaction,
  definition: ServiceDefinition,
  managedBy: ManagedBy,
): Promise<ServiceView> {
  const { service, version: newest } = await readService(tx, definition.id)
  if (managedBy === 'api') refuseManagedByFile(service)
  const version = newVersion(app, definition, service.version + 1)
  const changed = version.contentSha256 !== newest.contentSha256
  if (!changed && service.retiredAt === null && service.managedBy === managedBy) {
    return { service, version: newest }
  }
  const patch = {
    version: changed ? version.version : service.version,
    retiredAt: null,
    managedBy,
    updatedAt: app.now(),
  }
  await tx.services.update({ id: service.id }, patch)
  if (changed) await tx.serviceVersions.insert(version)
  else await tx.serviceVersions.update(keyOf(newest), { retiredAt: null })
  return {
    service: { ...service, ...patch },
    version: changed ? version : { ...newest, retiredAt: null },
  }
}

const keyOf = ({ serviceId, version }: ComputeServiceVersion) => ({ serviceId, version })

/** A service in its newest version. Throws `not-found`. */
export async function readService(
  tx: Pick<Transaction, 'services' | 'serviceVersions'>,
  id: string,
): Promise<ServiceView> {
  const service = await tx.services.get({ id })
  const version =
    service && (await tx.serviceVersions.get({ serviceId: id, version: service.version }))
  if (service === undefined || version === undefined) {
    throw new ProblemError('not-found', 'There is no such compute service.')
  }
  return { service, version }
}

export function refuseManagedByFile({ id, managedBy }: Pick<ComputeService, 'id' | 'managedBy'>) {
  if (managedBy !== 'file') return
  throw new ProblemError('managed-by-file', `${id} comes from a file and is changed only there.`, {
    nextStep: 'Change the file, then send SIGHUP or restart.',
  })
}
