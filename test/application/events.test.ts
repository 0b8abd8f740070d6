import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { appendEvent } from '../../src/application/telling/append-event.ts'
import { newTransfer } from '../../src/application/intake/create-transfer.ts'
import type { Workspace } from '../../src/domain/workspace.ts'
import { sseMessages, startConsumerListener, take } from '../support/consumer-listener.ts'
import { openWorkspace, startTelling, tell } from '../support/telling.ts'
import { until } from '../support/until.ts'

interface Batch {
  readonly items: readonly { readonly type: string; readonly sequence: string }[]
  readonly after: string
}
const sequence = (number: number) => String(number).padStart(20, '0')

async function opened(t: TestContext) {
  const telling = await startTelling(t)
  const { workspaceId, accessToken } = await openWorkspace(telling)
  const listener = await startConsumerListener(t, telling)
  const { call, stream } = listener.as(accessToken)
  const poll = async (query: string): Promise<Batch> =>
    (await call('GET', `/v1/events?${query}`)).body
  const change = (patch: Partial<Workspace>) =>
    telling.database.transaction(async (tx) => {
      await tx.workspaces.update({ id: workspaceId }, patch)
      tx.afterCommit(() => telling.app.changes.changed(workspaceId))
    })
  return { telling, workspaceId, accessToken, listener, call, stream, poll, change }
}

test('sequences have no gaps and no doubles under many transactions at once, some rolled back', async (t) => {
  const { telling, workspaceId } = await opened(t)
  const { app, database } = telling
  const event = { workspaceId, type: 'job.queued', subject: 'jobs/job-1', data: {} }
  await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) =>
      database.transaction(async (tx) => {
        await appendEvent(app, tx, event)
        if (index % 3 === 0) throw new Error('rolled back')
      }),
    ),
  )
  const events = await database.read.events.list({ where: { workspaceId }, orderBy: 'sequence' })
  assert.deepEqual(
    events.map((one) => one.sequence),
    events.map((_, index) => index + 1),
  )
  assert.equal(events.length, 67)
})

test('polling goes on from `after`, which advances also over what the filter leaves out', async (t) => {
  const { telling, workspaceId, poll } = await opened(t)
  await tell(telling, workspaceId, 'job.queued')
  await tell(telling, workspaceId, 'transfer.running')
  const all = await poll('')
  assert.deepEqual(
    all.items.map(({ type }) => type),
    ['workspace.provisioning', 'job.queued', 'transfer.running'],
  )
  assert.equal(all.after, sequence(3))
  const jobs = await poll('type=job.*')
  assert.deepEqual([jobs.items.length, jobs.after], [1, sequence(3)])
  const none = await poll('after=1&subject=jobs/other')
  assert.deepEqual([none.items, none.after], [[], sequence(3)])
  const page = await poll('after=0&limit=2')
  assert.deepEqual([page.items.length, page.after], [2, sequence(2)])
  const beyond = await poll('after=99999999999999999999')
  assert.deepEqual([beyond.items, beyond.after], [[], sequence(3)])
})

test('a long poll wakes when something happens, and ends without', async (t) => {
  const { telling, workspaceId, poll } = await opened(t)
  const begun = performance.now()
  const waiting = poll('after=1&wait=30')
  await until('the poll waits', async () => (await poll('after=1')).items.length === 0)
  await tell(telling, workspaceId)
  assert.equal((await waiting).items.length, 1)
  assert.ok(performance.now() - begun < 5000)
  const empty = await poll('after=2&wait=1')
  assert.deepEqual(empty, { items: [], after: sequence(2) })
})

test('a long poll ends when its grant does', async (t) => {
  const { poll, change } = await opened(t)
  const begun = performance.now()
  const waiting = poll('after=1&wait=60')
  await poll('after=1')
  await change({ state: 'SUSPENDED' })
  assert.deepEqual((await waiting).items, [])
  assert.ok(performance.now() - begun < 5000)
})

test('410 with the oldest sequence for events that are not kept any more', async (t) => {
  const { telling, workspaceId, call, poll } = await opened(t)
  for (let count = 0; count < 4; count++) await tell(telling, workspaceId)
  await telling.database.transaction((tx) =>
    tx.events.deleteWhere({ workspaceId, sequence: { lt: 4 } }),
  )
  const gone = await call('GET', '/v1/events?after=1')
  assert.equal(gone.status, 410)
  const problem: { code: string; detail: string } = gone.body
  assert.equal(problem.code, 'events-gone')
  assert.ok(problem.detail.includes(sequence(4)))
  assert.equal((await poll('after=3')).items.length, 2)
  assert.equal((await poll('')).items.length, 2)
})

for (const [state, code, status] of [
  ['SUSPENDED', 'workspace-suspended', 403],
  ['DELETED', 'workspace-ended', 410],
] as const) {
  test(`a ${state} workspace is read as JSON without waiting; a stream is refused`, async (t) => {
    const { change, poll, stream } = await opened(t)
    await change({ state })
    const begun = performance.now()
    assert.equal((await poll('wait=60')).items.length, 1)
    assert.equal((await poll('after=1&wait=60')).items.length, 0)
    assert.ok(performance.now() - begun < 2000)
    const refused = await stream('/v1/events')
    const problem = (await refused.json()) as { code: string }
    assert.deepEqual([refused.status, problem.code], [status, code])
  })
}

test('a stream sends events as they happen and goes on from Last-Event-ID', async (t) => {
  const { telling, workspaceId, stream } = await opened(t)
  const leave = new AbortController()
  const response = await stream('/v1/events', {}, leave.signal)
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.ok(response.headers.get('x-request-id'))
  const messages = sseMessages(response)
  const [first] = await take(messages, 1)
  assert.deepEqual([first?.id, first?.event], [sequence(1), 'workspace.provisioning'])
  const begun = performance.now()
  await tell(telling, workspaceId, 'job.queued')
  const [second] = await take(messages, 1)
  assert.ok(performance.now() - begun < 900)
  assert.equal((JSON.parse(second?.data ?? '') as { sequence: string }).sequence, sequence(2))
  leave.abort()
  await tell(telling, workspaceId, 'job.running')
  await tell(telling, workspaceId, 'transfer.running')
  await tell(telling, workspaceId, 'job.succeeded')
  const resumed = await stream('/v1/events?type=job.*', { 'last-event-id': sequence(2) })
  const rest = await take(sseMessages(resumed), 2)
  assert.deepEqual(
    rest.map(({ id, event }) => [id, event]),
    [
      [sequence(3), 'job.running'],
      [sequence(5), 'job.succeeded'],
    ],
  )
  await resumed.body?.cancel().catch(() => undefined)
})

test('a stream shows the progress of running transfers, which has no place in the log', async (t) => {
  const { telling, workspaceId, stream } = await opened(t)
  const { app, database } = telling
  const wish = { id: 'tr-1', workspaceId, input: 'a.csv', flowId: null, waitSeconds: 60 }
  const transfer = newTransfer(app, { ...wish, state: 'RUNNING' })
  await database.transaction((tx) => tx.transfers.insert({ ...transfer, bytesDone: 10 }))
  const messages = sseMessages(await stream('/v1/events?after=1'))
  const [first] = await take(messages, 1)
  assert.deepEqual([first?.id, first?.event], [undefined, 'transfer.progress'])
  const begun = performance.now()
  await database.transaction((tx) => tx.transfers.update({ id: 'tr-1' }, { bytesDone: 20 }))
  await tell(telling, workspaceId)
  const [event, second] = await take(messages, 2)
  assert.equal(event?.id, sequence(2))
  const shown = JSON.parse(second?.data ?? '') as { transfer: { bytesDone: number } }
  assert.equal(shown.transfer.bytesDone, 20)
  assert.ok(performance.now() - begun > 500)
})

test('a stream ends when the listener begins to stop', async (t) => {
  const { stream, listener } = await opened(t)
  const stopped = await stream('/v1/events')
  const ends = take(sseMessages(stopped), 100)
  const begun = performance.now()
  await listener.listener.stop(5000)
  assert.equal((await ends).length, 1)
  assert.ok(performance.now() - begun < 2500)
})

test('a stream of a grant that is not live any more ends within five seconds', async (t) => {
  const { stream, change } = await opened(t)
  const ends = take(sseMessages(await stream('/v1/events')), 100)
  await change({ state: 'SUSPENDED' })
  const begun = performance.now()
  assert.equal((await ends).length, 1)
  assert.ok(performance.now() - begun < 5000)
})

test('a reader that takes nothing is not read ahead for', async (t) => {
  const { telling, workspaceId, listener, accessToken } = await opened(t)
  const data = { filler: 'x'.repeat(18_000) }
  const event = { workspaceId, type: 'job.queued', subject: 'jobs/job-1', data }
  for (let count = 0; count < 20; count++) {
    await telling.database.transaction(async (tx) => {
      for (let inner = 0; inner < 100; inner++) await appendEvent(telling.app, tx, event)
    })
  }
  const reads = { count: 0 }
  const { events } = telling.database.read
  const list = events.list.bind(events)
  Object.assign(events, {
    list: (query: Parameters<typeof list>[0]) => {
      reads.count += 1
      return list(query)
    },
  })
  const { port } = new URL(listener.url)
  const socket = connect(Number(port), '127.0.0.1').pause()
  t.after(() => socket.destroy())
  socket.write(
    `GET /v1/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: ${accessToken}\r\n\r\n`,
  )
  await until('the stream begins', () => reads.count > 1)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  assert.ok(reads.count < 18, `${reads.count} reads of 100 events for a reader that takes nothing`)
})
