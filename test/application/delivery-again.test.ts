import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverSubscription } from '../../src/application/telling/recover-subscription.ts'
import { redeliver } from '../../src/application/telling/redeliver.ts'
import { updateSubscription } from '../../src/application/telling/update-subscription.ts'
import { startReceiver } from '../support/receiver.ts'
import { bodyOf, delivered, subscribed } from '../support/subscribed.ts'
import { tell } from '../support/telling.ts'
import { until } from '../support/until.ts'

test('redeliver sends the same event with the same id again and counts its attempts on', async (t) => {
  const { telling, workspaceId, receiver, made, deliveries, attempts } = await subscribed(t)
  await tell(telling, workspaceId)
  await delivered(telling, made.id, 1)
  const [first] = await deliveries()
  assert.ok(first)
  const shown = await redeliver(telling.app, workspaceId, made.id, first.id)
  assert.equal(shown.state, 'PENDING')
  await until('sent again', async () => (await attempts(0)) === 2)
  assert.equal(receiver.ids()[0], receiver.ids()[1])
})

test('recover delivers matching events after a sequence again, in order, but not what is pending', async (t) => {
  const { telling, workspaceId, receiver, made } = await subscribed(t)
  const { app } = telling
  const first = await tell(telling, workspaceId, 'job.queued', { order: '1' })
  await tell(telling, workspaceId, 'transfer.running')
  await tell(telling, workspaceId, 'job.succeeded', { order: '1' })
  await tell(telling, workspaceId, 'job.succeeded', { order: '2' })
  await delivered(telling, made.id, 4)
  await updateSubscription(app, workspaceId, made.id, { types: ['job.*'], labels: { order: '1' } })
  const zero = await recoverSubscription(app, workspaceId, made.id, '0')
  assert.equal(zero.deliveries, 2)
  await delivered(telling, made.id, 6)
  const again = receiver.received.slice(4).map((request) => bodyOf(request).type)
  assert.deepEqual(again, ['job.queued', 'job.succeeded'])
  await telling.stop()
  const after = String(first.sequence)
  assert.equal((await recoverSubscription(app, workspaceId, made.id, after)).deliveries, 1)
  assert.equal((await recoverSubscription(app, workspaceId, made.id, '0')).deliveries, 1)
})

test('a moved endpoint gets what is pending for the old one', async (t) => {
  const { telling, workspaceId, receiver, made, attempts } = await subscribed(t, () => ({
    status: 500,
  }))
  await tell(telling, workspaceId)
  await until('one attempt', async () => (await attempts(0)) === 1)
  const moved = await startReceiver(t)
  const begun = performance.now()
  await updateSubscription(telling.app, workspaceId, made.id, { url: `${moved.url}/new` })
  await delivered(telling, made.id, 1)
  assert.ok(performance.now() - begun < 3000, 'at once, not by the schedule')
  assert.deepEqual(moved.ids(), receiver.ids())
})
