import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startConsumerListener } from '../support/consumer-listener.ts'
import { startReceiver } from '../support/receiver.ts'
import { openWorkspace, startTelling, tell } from '../support/telling.ts'
import { until } from '../support/until.ts'

interface Shown {
  readonly id: string
  readonly url: string
  readonly types: readonly string[]
  readonly state: string
  readonly secret: string
}
interface Page {
  readonly items: readonly Shown[]
  readonly next: string | null
}
interface Problem {
  readonly code: string
}

async function opened(t: TestContext) {
  const telling = await startTelling(t)
  const { workspaceId, accessToken } = await openWorkspace(telling)
  const listener = await startConsumerListener(t, telling)
  const { call } = listener.as(accessToken)
  const create = async (body: object = {}, key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
    const url = 'https://backend.example.com/hook?key=canary'
    return call('POST', '/v1/subscriptions', { url, ...body }, headers)
  }
  return { telling, workspaceId, listener, call, create }
}

test('201 with the secret, which is shown never again and not stored in plain', async (t) => {
  const { telling, call, create } = await opened(t)
  const made = await create({ description: 'all of it' })
  const shown: Shown = made.body
  assert.equal(made.status, 201)
  assert.equal(made.headers.get('location'), `/v1/subscriptions/${shown.id}`)
  assert.match(shown.secret, /^whsec_[A-Za-z0-9+/]{32}$/)
  assert.deepEqual(shown.types, ['*'])
  const again = await call('GET', `/v1/subscriptions/${shown.id}`)
  const { secret, ...rest } = shown
  assert.deepEqual(again.body, rest)
  const row = JSON.stringify(await telling.database.read.subscriptions.get({ id: shown.id }))
  assert.ok(!row.includes(secret) && !row.includes('canary'))
})

test('the same Idempotency-Key makes one subscription; another body is 422', async (t) => {
  const { telling, create } = await opened(t)
  const first: Shown = (await create({ types: ['job.*'] }, 'key-1')).body
  const repeats = await Promise.all([1, 2, 3].map(() => create({ types: ['job.*'] }, 'key-1')))
  for (const { status, body } of repeats) {
    assert.equal(status, 201)
    assert.deepEqual(body, first)
  }
  const other = await create({ types: ['*'] }, 'key-1')
  assert.deepEqual([other.status, (other.body as Problem).code], [422, 'idempotency-key-reused'])
  assert.equal(await telling.database.read.subscriptions.count({}), 1)
})

for (const url of [
  'https://10.0.0.1/',
  'http://backend.example.com/',
  'https://[::1]/',
  'https://169.254.169.254/',
]) {
  test(`422 address-refused for ${url}`, async (t) => {
    const telling = await startTelling(t, { allow: [] })
    const { accessToken } = await openWorkspace(telling)
    const { call } = (await startConsumerListener(t, telling)).as(accessToken)
    const { status, body } = await call('POST', '/v1/subscriptions', { url })
    assert.deepEqual([status, (body as Problem).code], [422, 'address-refused'])
  })
}

test('429 limit-reached for the twenty-first subscription', async (t) => {
  const { create } = await opened(t)
  for (let count = 0; count < 20; count++) assert.equal((await create()).status, 201)
  const { status, body } = await create()
  assert.deepEqual([status, (body as Problem).code], [429, 'limit-reached'])
})

test('lists are pages, newest first, that later ones do not shift', async (t) => {
  const { call, create } = await opened(t)
  const ids: string[] = []
  for (let count = 0; count < 5; count++) {
    ids.unshift(((await create()).body as Shown).id)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const first: Page = (await call('GET', '/v1/subscriptions?limit=2')).body
  await create()
  const second: Page = (await call('GET', `/v1/subscriptions?limit=2&cursor=${first.next ?? ''}`))
    .body
  const third: Page = (await call('GET', `/v1/subscriptions?limit=2&cursor=${second.next ?? ''}`))
    .body
  assert.deepEqual(
    [...first.items, ...second.items, ...third.items].map(({ id }) => id),
    ids,
  )
  assert.equal(third.next, null)
  assert.equal((await call('GET', '/v1/subscriptions?cursor=bogus!')).status, 400)
  const disabled: Page = (await call('GET', '/v1/subscriptions?state=DISABLED')).body
  assert.deepEqual(disabled.items, [])
})

test('PATCH changes what is given; DELETE drops what is pending', async (t) => {
  const { telling, workspaceId, call, create } = await opened(t)
  const receiver = await startReceiver(t, () => ({ status: 500 }))
  const made: Shown = (await create({ url: receiver.url })).body
  const path = `/v1/subscriptions/${made.id}`
  await tell(telling, workspaceId)
  await until('an attempt', () => receiver.received.length > 0)
  const off = await call('PATCH', path, { state: 'DISABLED', labels: { order: '1' } })
  assert.equal(off.status, 200)
  assert.equal((off.body as Shown).state, 'DISABLED')
  assert.equal((off.body as Shown).url, receiver.url)
  assert.equal((await call('POST', `${path}/test`)).status, 409)
  assert.equal((await call('DELETE', path)).status, 204)
  assert.equal((await call('GET', path)).status, 404)
  await telling.idle()
  const { deliveries, deliveryAttempts } = telling.database.read
  assert.deepEqual([await deliveries.count({}), await deliveryAttempts.count({})], [0, 0])
})

test('deliveries with their attempts, redelivery, test, rotation and recovery over HTTP', async (t) => {
  const { telling, workspaceId, call, create } = await opened(t)
  const receiver = await startReceiver(t)
  const { id }: Shown = (await create({ url: receiver.url })).body
  const path = `/v1/subscriptions/${id}`
  await tell(telling, workspaceId)
  await until('delivered', () => receiver.received.length === 1)
  await telling.idle()
  const page: { items: { id: string; attempts: unknown[] }[] } = (
    await call('GET', `${path}/deliveries?state=DELIVERED,DEAD&createdAfter=2020-01-01T00:00:00Z`)
  ).body
  assert.equal(page.items[0]?.attempts.length, 1)
  assert.equal((await call('POST', `${path}/deliveries/${page.items[0].id}/redeliver`)).status, 202)
  assert.equal((await call('POST', `${path}/deliveries/dlv-0/redeliver`)).status, 404)
  assert.equal((await call('POST', `${path}/test`)).status, 202)
  assert.equal((await call('POST', `${path}/rotate-secret`)).status, 200)
  const recovered = await call('POST', `${path}/recover`, { after: '0' })
  assert.equal(recovered.status, 202)
  await until('all of it', () => receiver.received.length >= 4)
})

test('another workspace sees none of it', async (t) => {
  const { telling, listener, create } = await opened(t)
  const { id }: Shown = (await create()).body
  const other = await openWorkspace(telling, 'agreement-2')
  const { call } = listener.as(other.accessToken)
  const path = `/v1/subscriptions/${id}`
  const answers = await Promise.all([
    call('GET', path),
    call('PATCH', path, { state: 'DISABLED' }),
    call('DELETE', path),
    call('GET', `${path}/deliveries`),
    call('POST', `${path}/test`),
    call('POST', `${path}/rotate-secret`),
    call('POST', `${path}/recover`, { after: '0' }),
  ])
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array(7).fill(404),
  )
  const list: Page = (await call('GET', '/v1/subscriptions')).body
  assert.deepEqual(list.items, [])
})
