import type { DataFlow, DataFlowState } from '../../domain/data-flow.ts'
import type { Delivery, DeliveryKind, DeliveryState } from '../../domain/delivery.ts'
import type { Job, JobState } from '../../domain/job.ts'
import type { Transfer, TransferState } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import type { PageWish } from '../services/list-services.ts'
import { createdBetween, listPage, writeCursor, type Page } from '../page.ts'
import type { Where } from '../ports/database.ts'

/** What lists of everything are filtered by. */
export interface ListWish<State> extends PageWish {
  readonly state?: readonly State[] | undefined
  readonly workspaceId?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
}

function common<State>(wish: ListWish<State>) {
  return {
    ...(wish.state === undefined ? {} : { state: { in: wish.state } }),
    ...(wish.workspaceId === undefined ? {} : { workspaceId: wish.workspaceId }),
    ...createdBetween(wish.createdAfter, wish.createdBefore),
  }
}

const pageOf = ({ limit, cursor }: PageWish) => ({ limit, cursor })

/** Data flows of all control planes, newest first. */
export function listFlows(
  app: Application,
  wish: ListWish<DataFlowState> & {
    readonly controlPlaneId?: string | undefined
    readonly processId?: string | undefined
  },
): Promise<Page<DataFlow>> {
  const { controlPlaneId, processId } = wish
  const where: Where<DataFlow> = {
    ...common(wish),
    ...(controlPlaneId === undefined ? {} : { controlPlaneId }),
    ...(processId === undefined ? {} : { processId }),
  }
  return listPage(app.database.read.flows, { where, ...pageOf(wish) })
}

/** Jobs of all workspaces, newest first. `label` is `name:value`. */
export async function listJobs(
  app: Application,
  wish: ListWish<JobState> & {
    readonly serviceId?: string | undefined
    readonly label?: string | undefined
  },
): Promise<Page<Job>> {
  const { serviceId, label } = wish
  const where: Where<Job> = {
    ...common(wish),
    ...(serviceId === undefined ? {} : { serviceId }),
  }
  const { jobs, jobLabels } = app.database.read
  if (label === undefined) return listPage(jobs, { where, ...pageOf(wish) })
  const [name = '', ...value] = label.split(':')
  const labelled = (id: string) => jobLabels.first({ jobId: id, name, value: value.join(':') })
  return listMatching(
    jobs,
    where,
    pageOf(wish),
    async ({ id }) => (await labelled(id)) !== undefined,
  )
}

/** Transfers of all workspaces, newest first. */
export function listTransfers(
  app: Application,
  wish: ListWish<TransferState> & { readonly input?: string | undefined },
): Promise<Page<Transfer>> {
  const where: Where<Transfer> = {
    ...common(wish),
    ...(wish.input === undefined ? {} : { input: wish.input }),
  }
  return listPage(app.database.read.transfers, { where, ...pageOf(wish) })
}

/** Deliveries of all lanes, newest first. */
export async function listAllDeliveries(
  app: Application,
  wish: ListWish<DeliveryState> & {
    readonly kind?: DeliveryKind | undefined
    readonly controlPlaneId?: string | undefined
  },
): Promise<Page<Delivery>> {
  const { kind, controlPlaneId } = wish
  const where: Where<Delivery> = {
    ...common(wish),
    ...(kind === undefined ? {} : { kind }),
    ...(controlPlaneId === undefined ? {} : { flowId: { not: null } }),
  }
  const { deliveries, flows } = app.database.read
  if (controlPlaneId === undefined) return listPage(deliveries, { where, ...pageOf(wish) })
  return listMatching(deliveries, where, pageOf(wish), async ({ flowId }) => {
    const flow = flowId === null ? undefined : await flows.get({ id: flowId })
    return flow?.controlPlaneId === controlPlaneId
  })
}

/** Rows that are looked through for one answer: after that it may be shorter than asked for. */
const scannedRows = 500
const scannedPages = 20

/** A page of the rows that match what the table cannot ask for. A short page with `next` goes on. */
export async function listMatching<Row extends { readonly id: string }>(
  table: Parameters<typeof listPage<Row>>[0],
  where: Where<Row>,
  { limit = 50, cursor }: PageWish,
  matches: (row: Row) => Promise<boolean>,
): Promise<Page<Row>> {
  const items: Row[] = []
  let after = cursor
  for (let scanned = 0; scanned < scannedPages; scanned++) {
    const page: Page<Row> = await listPage(table, { where, limit: scannedRows, cursor: after })
    for (const row of page.items) {
      if (!(await matches(row))) continue
      if (items.length === limit) return { items, next: writeCursor(items.at(-1)?.id ?? row.id) }
      items.push(row)
    }
    if (page.next === null) return { items, next: null }
    after = page.next
  }
  return { items, next: after ?? null }
}
