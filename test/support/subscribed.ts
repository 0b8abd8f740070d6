import type { TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createSubscription } from '../../src/application/telling/create-subscription.ts'
import { listDeliveries } from '../../src/application/telling/list-deliveries.ts'
import { getSubscription } from '../../src/application/telling/list-subscriptions.ts'
import { startReceiver, type Received, type Respond } from './receiver.ts'
import { openWorkspace, startTelling, type Telling } from './telling.ts'
import { until } from './until.ts'

export interface Body {
  readonly type: string
  readonly sequence?: string
}
export const bodyOf = ({ body }: Received) => JSON.parse(body) as Body
export const verified = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>)

/** A workspace whose events go to one receiver. */
export async function subscribed(t: TestContext, respond?: Respond) {
  const telling = await startTelling(t)
  const { workspaceId } = await openWorkspace(telling)
  const receiver = await startReceiver(t, respond)
  const url = `${receiver.url}/hook?key=canary`
  const made = await createSubscription(telling.app, workspaceId, { url }, undefined)
  const deliveries = async () => {
    const { items } = await listDeliveries(telling.app, workspaceId, made.id, {})
    return items.toReversed()
  }
  const state = () => getSubscription(telling.app, workspaceId, made.id)
  const attempts = async (index: number) => (await deliveries())[index]?.attempts.length ?? 0
  return { telling, workspaceId, receiver, made, deliveries, state, attempts }
}

export async function delivered({ app }: Telling, subscriptionId: string, count: number) {
  const where = { subscriptionId, state: 'DELIVERED' } as const
  await until(
    `${count} delivered`,
    async () => (await app.database.read.deliveries.count(where)) === count,
  )
}
