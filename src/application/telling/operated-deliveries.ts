import type { Delivery, DeliveryKind } from '../../domain/delivery.ts'
import { termination } from '../../domain/flow-termination.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { makeDue } from './redeliver.ts'
import { deliveryRepresentations } from '../representations/delivery.ts'
import { pushTarget } from '../flows/start-data-flow.ts'

export const kindOfLane = {
  subscription: 'event',
  'control-plane': 'flow-callback',
  'access-document': 'access-document',
} as const satisfies Record<string, DeliveryKind>

const laneOfKind = {
  event: 'subscription',
  'flow-callback': 'control-plane',
  'access-document': 'access-document',
} as const

/** Sends a message of any lane again, as soon as possible. Throws `not-found`. */
export function redeliverAny(app: Application, id: string): Promise<Delivery> {
  return app.database.transaction(async (tx) => {
    const delivery = await tx.deliveries.get({ id })
    if (delivery === undefined) throw new ProblemError('not-found', 'There is no such delivery.')
    return makeDue(app, tx, delivery)
  })
}

/** Deliveries as operators see them: of every lane, with the origin of where they go. */
export async function operatedDeliveries(app: Application, deliveries: readonly Delivery[]) {
  const shown = await deliveryRepresentations(app.database.read, deliveries)
  const attempts = new Map(shown.map((one) => [one.id, one]))
  return Promise.all(
    deliveries.map(async (delivery) => {
      const found = attempts.get(delivery.id)
      const { target, controlPlaneId } = await receiverOf(app, delivery)
      return {
        id: delivery.id,
        lane: laneOfKind[delivery.kind],
        workspaceId: delivery.workspaceId,
        subscriptionId: delivery.subscriptionId,
        controlPlaneId,
        target: target ?? '',
        eventId: delivery.eventId,
        type: delivery.eventType ?? delivery.callback ?? delivery.kind,
        sequence: found?.sequence ?? null,
        state: delivery.state,
        attempts: found?.attempts ?? [],
        nextAttemptAt: found?.nextAttemptAt ?? null,
        createdAt: delivery.createdAt.toISOString(),
      }
    }),
  )
}

export async function operatedDelivery(app: Application, delivery: Delivery) {
  const [shown] = await operatedDeliveries(app, [delivery])
  if (shown === undefined) throw new Error('a delivery has one representation')
  return shown
}

const originOf = (url: string | null | undefined) =>
  url !== null && url !== undefined && URL.canParse(url) ? new URL(url).origin : null

/** The origin of the receiver's address; null when it is not kept any more. */
async function receiverOf(app: Application, delivery: Delivery) {
  const { kind, subscriptionId, flowId, callback } = delivery
  const { subscriptions, flows, controlPlanes } = app.database.read
  if (kind === 'event') {
    const subscription = subscriptionId && (await subscriptions.get({ id: subscriptionId }))
    return { controlPlaneId: null, target: subscription ? subscription.urlOrigin : null }
  }
  const flow = flowId === null ? undefined : await flows.get({ id: flowId })
  if (flow === undefined) return { controlPlaneId: null, target: null }
  const { controlPlaneId } = flow
  if (kind === 'flow-callback') {
    const controlPlane = await controlPlanes.get({ id: controlPlaneId })
    const url = callback === termination ? controlPlane?.managementUrl : controlPlane?.callbackUrl
    return { controlPlaneId, target: originOf(url) }
  }
  if (flow.sealedAddress === null) return { controlPlaneId, target: null }
  const place = { table: 'flows', id: flow.id, column: 'sealed_address' }
  const address: unknown = JSON.parse(await app.secrets.open(place, flow.sealedAddress))
  return { controlPlaneId, target: originOf(pushTarget(address)?.url) }
}
