import type { ComputeService } from '../../domain/compute-service.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { pageOfFew, type Page } from '../page-of-few.ts'
import { readService, type ServiceView } from './save-service.ts'

export type ServiceState = 'ACTIVE' | 'PAUSED' | 'RETIRED'

export function serviceState(service: Pick<ComputeService, 'paused' | 'retiredAt'>): ServiceState {
  if (service.retiredAt !== null) return 'RETIRED'
  return service.paused ? 'PAUSED' : 'ACTIVE'
}

export interface PageWish {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Services in these states (all when undefined), newest first, each in its newest version. */
export async function listServices(
  app: Application,
  states: readonly ServiceState[] | undefined,
  wish: PageWish,
): Promise<Page<ServiceView>> {
  const { read } = app.database
  const services = await read.services.list({ orderBy: 'createdAt', descending: true })
  const matching = services.filter((one) => states?.includes(serviceState(one)) ?? true)
  const page = pageOfFew(matching, ({ id }) => id, wish)
  const items = await Promise.all(page.items.map(({ id }) => readService(read, id)))
  return { items, next: page.next }
}

/** A service in one of its versions, the newest by default. Throws `not-found`. */
export async function showService(
  app: Application,
  id: string,
  version: number | undefined,
): Promise<ServiceView> {
  const { read } = app.database
  const newest = await readService(read, id)
  if (version === undefined) return newest
  const found = await read.serviceVersions.get({ serviceId: id, version })
  if (found !== undefined) return { ...newest, version: found }
  throw new ProblemError('not-found', 'There is no such version of this compute service.')
}

/** All versions of a service, newest first. Throws `not-found`. */
export async function listServiceVersions(
  app: Application,
  id: string,
  wish: PageWish,
): Promise<Page<ServiceView>> {
  const { service } = await showService(app, id, undefined)
  const versions = await app.database.read.serviceVersions.list({
    where: { serviceId: id },
    orderBy: 'version',
    descending: true,
  })
  const page = pageOfFew(versions, ({ version }) => String(version), wish)
  return { items: page.items.map((version) => ({ service, version })), next: page.next }
}

/** The services that the workspace's agreement allows, newest first, each in its newest version. */
export async function listAllowedServices(
  app: Application,
  workspace: Pick<Workspace, 'services'>,
  wish: PageWish,
): Promise<Page<ServiceView>> {
  if (workspace.services.length === 0) return { items: [], next: null }
  const { read } = app.database
  const services = await read.services.list({
    where: { id: { in: workspace.services } },
    orderBy: 'createdAt',
    descending: true,
  })
  const page = pageOfFew(services, ({ id }) => id, wish)
  const items = await Promise.all(page.items.map(({ id }) => readService(read, id)))
  return { items, next: page.next }
}

/** One of them. Throws `not-found`, also for a service that exists and is not allowed. */
export function showAllowedService(
  app: Application,
  workspace: Pick<Workspace, 'services'>,
  id: string,
  version: number | undefined,
): Promise<ServiceView> {
  if (workspace.services.includes(id)) return showService(app, id, version)
  return Promise.reject(new ProblemError('not-found', 'There is no such compute service.'))
}
