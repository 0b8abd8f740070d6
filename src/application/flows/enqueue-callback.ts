import { answeredAt, type DataFlow } from '../../domain/data-flow.ts'
import type { FlowCallback } from '../../domain/flow-callback.ts'
import { isTerminatedThere, termination } from '../../domain/flow-termination.ts'
import { newId } from '../../domain/ids.ts'
import { callbackDelayMs } from '../../domain/retry-schedule.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

export type { FlowCallback }

/**
 * What is owed to a control plane about a flow: sent in its own lane of the outbox, not before `notBefore`, and never
 * before the answer to a message that is being worked on. `flow` is as it was when the callback became owed. An
 * `errored` also ends the transfer process by the management API, where that is configured and needed.
 */
export async function enqueueCallback(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  callback: FlowCallback,
  options: { readonly error?: string | null; readonly notBefore?: Date } = {},
): Promise<void> {
  const controlPlane = await tx.controlPlanes.get({ id: flow.controlPlaneId })
  if (controlPlane === undefined) return
  const answered = answeredAt(flow, controlPlane).getTime()
  const earliest = new Date(Math.max(app.now().getTime(), answered) + callbackDelayMs)
  const { notBefore = earliest, error = null } = options
  const owed = {
    kind: 'flow-callback',
    error,
    notBefore: notBefore > earliest ? notBefore : earliest,
  } as const
  // The provisioner knows no callbacks about flows; its own are the provision request's.
  const isTold = controlPlane.callbackUrl !== null && flow.protocol !== 'provisioner'
  if (isTold) await enqueue(app, tx, flow, { ...owed, callback })
  if (callback === 'errored' && isTerminatedThere(controlPlane))
    await enqueue(app, tx, flow, { ...owed, callback: termination })
}

/** The access document, owed to the receiver of a push. */
export async function enqueueAccessDocument(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
): Promise<void> {
  await enqueue(app, tx, flow, {
    kind: 'access-document',
    callback: null,
    error: null,
    notBefore: app.now(),
  })
}

async function enqueue(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  what: {
    readonly kind: 'flow-callback' | 'access-document'
    readonly callback: string | null
    readonly error: string | null
    readonly notBefore: Date
  },
): Promise<void> {
  const now = app.now()
  const id = newId('dlv', now, app.randomBytes(10))
  const { kind, callback, error, notBefore } = what
  await tx.deliveries.insert({
    id,
    kind,
    workspaceId: flow.workspaceId,
    subscriptionId: null,
    flowId: flow.id,
    sequence: null,
    eventId: null,
    eventType: null,
    callback,
    error,
    flowState: kind === 'flow-callback' ? flow.state : null,
    state: 'PENDING',
    reason: null,
    attempts: 0,
    createdAt: now,
    nextAttemptAt: notBefore,
    endedAt: null,
  })
  await tx.work.schedule('callback', id, notBefore)
}
