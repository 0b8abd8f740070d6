import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebhookSigner } from '../../src/adapters/secrets/webhook-signer.ts'
import { createSubscription } from '../../src/application/telling/create-subscription.ts'
import { deliveryReconciler } from '../../src/application/telling/reconcile-delivery.ts'
import { rotateSubscriptionSecret } from '../../src/application/telling/rotate-subscription-secret.ts'
import { testSubscription } from '../../src/application/telling/test-subscription.ts'
import { updateSubscription } from '../../src/application/telling/update-subscription.ts'
import { startReceiver, type Respond } from '../support/receiver.ts'
import { bodyOf, delivered, subscribed, verified } from '../support/subscribed.ts'
import { tell } from '../support/telling.ts'
import { until } from '../support/until.ts'

test('an event arrives as a signed CloudEvent that standardwebhooks verifies', async (t) => {
  const { telling, workspaceId, receiver, made } = await subscribed(t)
  const event = await tell(telling, workspaceId, 'job.succeeded')
  await delivered(telling, made.id, 1)
  const [request] = receiver.received
  assert.ok(request)
  assert.equal(request.path, '/hook?key=canary')
  assert.equal(request.headers['content-type'], 'application/cloudevents+json; charset=utf-8')
  assert.equal(request.headers['user-agent'], 'dataspace-compute-webhooks')
  assert.equal(request.headers['webhook-id'], event.id)
  assert.deepEqual(verified(made.secret, request), {
    specversion: '1.0',
    id: event.id,
    source: `/workspaces/${workspaceId}`,
    type: 'job.succeeded',
    subject: 'jobs/job-1',
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    sequence: String(event.sequence).padStart(20, '0'),
    data: { job: { id: 'job-1', labels: {} } },
  })
  assert.throws(() => verified(made.secret, { ...request, body: `${request.body} ` }))
})

test('after a rotation both secrets verify for a day, then the new one alone', async (t) => {
  const { telling, workspaceId, receiver, made } = await subscribed(t)
  const { secret } = await rotateSubscriptionSecret(telling.app, workspaceId, made.id)
  await tell(telling, workspaceId)
  await delivered(telling, made.id, 1)
  const [both] = receiver.received
  assert.ok(both)
  verified(secret, both)
  verified(made.secret, both)
  telling.advance(86_401)
  await tell(telling, workspaceId)
  await delivered(telling, made.id, 2)
  assert.equal(String(receiver.received[1]?.headers['webhook-signature']).split(' ').length, 1)
})

test('what fails is tried again by the schedule, then it is dead', async (t) => {
  const answer = { status: 503, body: 'busy\u0007\u001b[31m\nnow' }
  const { telling, workspaceId, receiver, deliveries, attempts } = await subscribed(t, () => answer)
  await tell(telling, workspaceId)
  const waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
  for (const [index, seconds] of waits.entries()) {
    await until(`attempt ${index + 1}`, async () => (await attempts(0)) === index + 1)
    const [pending] = await deliveries()
    const wait =
      Date.parse(pending?.nextAttemptAt ?? '') - Date.parse(pending?.attempts.at(-1)?.at ?? '')
    assert.ok(Math.abs(wait / 1000 - seconds) < 2, `${wait} ms instead of ${seconds} s`)
    assert.equal(receiver.received.length, index + 1)
    telling.advance(seconds + 2)
  }
  await until('the tenth attempt', async () => (await attempts(0)) === 10)
  const [dead] = await deliveries()
  assert.equal(dead?.state, 'DEAD')
  assert.equal(dead.nextAttemptAt, null)
  assert.equal(new Set(receiver.ids()).size, 1)
  assert.deepEqual(
    { ...dead.attempts[9], at: '', durationMs: 0 },
    {
      number: 10,
      at: '',
      status: 503,
      durationMs: 0,
      response: 'busy [31m now',
      error: null,
    },
  )
})

test('Retry-After is honoured', async (t) => {
  const headers = { 'retry-after': '600' }
  const { telling, workspaceId, deliveries, attempts } = await subscribed(t, () => ({
    status: 429,
    headers,
  }))
  await tell(telling, workspaceId)
  await until('one attempt', async () => (await attempts(0)) === 1)
  const [pending] = await deliveries()
  const wait = Date.parse(pending?.nextAttemptAt ?? '') - Date.parse(pending?.attempts[0]?.at ?? '')
  assert.ok(wait >= 600_000 && wait < 605_000, String(wait))
})

test('a redirect is not followed and counts as a failure', async (t) => {
  const target = await startReceiver(t)
  const headers = { location: target.url }
  const { telling, workspaceId, attempts } = await subscribed(t, () => ({ status: 307, headers }))
  await tell(telling, workspaceId)
  await until('one attempt', async () => (await attempts(0)) === 1)
  await telling.idle()
  assert.equal(target.received.length, 0)
})

test('410 disables the subscription at once; what is pending waits until it is enabled', async (t) => {
  const { telling, workspaceId, receiver, made, state, deliveries } = await subscribed(t, () => ({
    status: 410,
  }))
  await tell(telling, workspaceId)
  await until('disabled', async () => (await state()).state === 'DISABLED')
  assert.match((await state()).disabledReason ?? '', /410/)
  const [held] = await deliveries()
  assert.deepEqual([held?.state, held?.nextAttemptAt], ['PENDING', null])
  telling.advance(86_400)
  await tell(telling, workspaceId)
  await telling.idle()
  assert.equal(receiver.received.length, 1)
  receiver.state.respond = () => ({ status: 200 })
  await updateSubscription(telling.app, workspaceId, made.id, { state: 'ACTIVE' })
  await delivered(telling, made.id, 1)
  assert.equal(new Set(receiver.ids()).size, 1)
  assert.equal((await state()).disabledReason, null)
  assert.notEqual((await state()).lastDeliveredAt, null)
})

test('an endpoint that failed for five days without any success is disabled', async (t) => {
  const { telling, workspaceId, receiver, state } = await subscribed(t, () => ({ status: 500 }))
  for (let day = 0; day <= 5; day++) {
    assert.equal((await state()).state, 'ACTIVE', `day ${day}`)
    const before = receiver.received.length
    await tell(telling, workspaceId)
    await until('an attempt', () => receiver.received.length > before)
    if (day < 5) telling.advance(86_400)
  }
  await until('disabled', async () => (await state()).state === 'DISABLED')
  assert.match((await state()).disabledReason ?? '', /five days/)
  assert.ok(!telling.logged.join('\n').includes('canary'))
})

test('events arrive in order, one request at a time', async (t) => {
  const respond: Respond = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2))
    return { status: 200 }
  }
  const { telling, workspaceId, receiver, made } = await subscribed(t, respond)
  await Promise.all(Array.from({ length: 70 }, () => tell(telling, workspaceId)))
  await delivered(telling, made.id, 70)
  const sequences = receiver.received.map((request) => bodyOf(request).sequence)
  assert.deepEqual(sequences, sequences.toSorted())
  assert.equal(new Set(sequences).size, 70)
  assert.equal(receiver.state.mostOpen, 1)
})

test('an endpoint that swallows requests holds up no other', async (t) => {
  const { telling, workspaceId, receiver } = await subscribed(t, () => 'silence')
  const other = await startReceiver(t)
  const made = await createSubscription(telling.app, workspaceId, { url: other.url }, undefined)
  for (let index = 0; index < 3; index++) await tell(telling, workspaceId)
  await delivered(telling, made.id, 3)
  assert.equal(receiver.received.length, 1)
})

test('a crash between sending and recording sends again, with the same id', async (t) => {
  const { telling, workspaceId, receiver, made } = await subscribed(t)
  await telling.stop()
  await tell(telling, workspaceId)
  const pass = {
    id: made.id,
    signal: new AbortController().signal,
    failures: 0,
    record: () => Promise.reject(new Error('crash')),
    renew: () => Promise.resolve(),
  }
  const reconciler = deliveryReconciler(telling.app, { signer: createWebhookSigner() })
  await assert.rejects(reconciler.run(pass), /crash/)
  assert.equal(receiver.received.length, 1)
  await telling.restart(0)
  await delivered(telling, made.id, 1)
  assert.equal(receiver.received.length, 2)
  assert.equal(receiver.ids()[0], receiver.ids()[1])
})

test('a test event goes to its subscription alone and has no place in the log', async (t) => {
  const { telling, workspaceId, receiver, made, deliveries } = await subscribed(t)
  const other = await startReceiver(t)
  await createSubscription(telling.app, workspaceId, { url: other.url }, undefined)
  const before = await telling.database.read.workspaces.get({ id: workspaceId })
  const shown = await testSubscription(telling.app, workspaceId, made.id)
  assert.equal(shown.sequence, null)
  await delivered(telling, made.id, 1)
  const [request] = receiver.received
  assert.ok(request)
  assert.equal(request.headers['webhook-id'], shown.eventId)
  verified(made.secret, request)
  assert.equal(bodyOf(request).type, 'subscription.test')
  assert.equal(bodyOf(request).sequence, undefined)
  assert.equal((await deliveries()).length, 1)
  await telling.idle()
  assert.equal(other.received.length, 0)
  const after = await telling.database.read.workspaces.get({ id: workspaceId })
  assert.equal(after?.lastSequence, before?.lastSequence)
})

test('a success in between keeps a failing subscription active', async (t) => {
  const { telling, workspaceId, receiver, state } = await subscribed(t)
  for (let day = 0; day <= 7; day++) {
    receiver.state.respond = () => ({ status: day === 3 ? 200 : 500 })
    const before = receiver.received.length
    await tell(telling, workspaceId)
    await until('an attempt', () => receiver.received.length > before)
    await telling.idle()
    if (day < 7) telling.advance(86_400)
  }
  assert.equal((await state()).state, 'ACTIVE')
})

test('an address that is refused when it is called counts as a failed attempt, without its path', async (t) => {
  const { telling, workspaceId, made, deliveries, attempts } = await subscribed(t)
  const place = { table: 'subscriptions', id: made.id, column: 'sealed_url' }
  const sealedUrl = await telling.app.secrets.seal(place, 'https://10.0.0.1/canary')
  await telling.database.transaction((tx) =>
    tx.subscriptions.update({ id: made.id }, { sealedUrl }),
  )
  await tell(telling, workspaceId)
  await until('one attempt', async () => (await attempts(0)) === 1)
  const [first] = await deliveries()
  assert.match(first?.attempts[0]?.error ?? '', /^address-refused: /)
  assert.ok(!JSON.stringify(first).includes('canary'))
})

test('an endpoint of an ended workspace still gets its events', async (t) => {
  const { telling, workspaceId, receiver, made } = await subscribed(t)
  await telling.database.transaction((tx) =>
    tx.workspaces.update({ id: workspaceId }, { state: 'DELETED', openKey: null }),
  )
  await tell(telling, workspaceId, 'workspace.deleted')
  await delivered(telling, made.id, 1)
  assert.equal(receiver.received.length, 1)
})
