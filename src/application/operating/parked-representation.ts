import type { Application } from '../application.ts'
import type { ParkedWork } from '../ports/work-queue.ts'
import { parkedIdOf } from './retry-parked.ts'

const shownKinds = {
  workspace: 'workspace',
  flow: 'flow',
  transfer: 'transfer',
  job: 'job',
  delivery: 'delivery',
  callback: 'delivery',
  check: 'flow',
  provision: 'flow',
  registration: 'workspace',
  housekeeping: 'workspace',
} as const

/** Parked work as operators see it. `subject` is the id of the row that waits. */
export async function parkedRepresentation(app: Application, parked: ParkedWork) {
  return {
    id: parkedIdOf(parked),
    kind: shownKinds[parked.kind],
    subject: parked.id,
    workspaceId: await workspaceOf(app, parked),
    reason: parked.reason,
    attempts: parked.failures,
    parkedAt: parked.parkedAt.toISOString(),
  }
}

async function workspaceOf(app: Application, { kind, id }: ParkedWork): Promise<string | null> {
  const { flows, transfers, jobs, subscriptions, deliveries } = app.database.read
  switch (kind) {
    case 'workspace':
      return id
    case 'flow':
    case 'check':
      return (await flows.get({ id }))?.workspaceId ?? null
    case 'transfer':
      return (await transfers.get({ id }))?.workspaceId ?? null
    case 'job':
      return (await jobs.get({ id }))?.workspaceId ?? null
    case 'delivery':
      return (await subscriptions.get({ id }))?.workspaceId ?? null
    case 'callback':
      return (await deliveries.get({ id }))?.workspaceId ?? null
    case 'provision':
    case 'registration':
    case 'housekeeping':
      return null
  }
}
