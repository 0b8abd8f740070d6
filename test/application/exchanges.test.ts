import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { BufferedExchangeLog } from '../../src/application/control-planes/buffered-exchange-log.ts'
import { listExchanges } from '../../src/application/control-planes/list-exchanges.ts'
import { notedOutbound } from '../../src/application/control-planes/noted-outbound.ts'
import { deleteControlPlane } from '../../src/application/control-planes/delete-control-plane.ts'
import type { Database } from '../../src/application/ports/database.ts'
import type { Outbound, OutboundRequest } from '../../src/application/ports/outbound.ts'
import { bounds } from '../../src/domain/bounds.ts'
import type { ObservedExchange } from '../../src/domain/exchange.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { openControlPlane, operatedApplication } from '../support/operated-application.ts'
import { until } from '../support/until.ts'

const observed = (path: string, changes: Partial<ObservedExchange> = {}): ObservedExchange => ({
  controlPlaneId: 'edc',
  at: new Date('2026-11-24T09:00:00.000Z'),
  direction: 'in',
  method: 'POST',
  url: path,
  status: 204,
  durationMs: 1,
  request: undefined,
  response: undefined,
  ...changes,
})

async function noted(context: TestContext) {
  const { app, clock } = await operatedApplication(context)
  await app.database.read.controlPlanes.insert(openControlPlane)
  const warnings: string[] = []
  const log = { ...app.log, warn: (_fields: object, message: string) => warnings.push(message) }
  const exchanges = new BufferedExchangeLog({ ...app, log })
  const paths = async (controlPlaneId = 'edc') => {
    const rows = await app.database.read.exchanges.list({ where: { controlPlaneId } })
    return rows.map(({ path }) => path).toSorted()
  }
  return { app: { ...app, exchanges }, clock, exchanges, paths, warnings }
}

test('messages are written by themselves, soon, in one transaction', async (context) => {
  const { app, exchanges, paths } = await noted(context)
  let transactions = 0
  const database = Object.create(app.database, {
    transaction: {
      value: (change: Parameters<Database['transaction']>[0]) => {
        transactions += 1
        return app.database.transaction(change)
      },
    },
  }) as Database
  const counted = new BufferedExchangeLog({ ...app, database })
  for (const path of ['/a', '/b', '/c']) counted.note(observed(path))
  assert.deepEqual(await paths(), [], 'nobody waits for the database')
  await until('written', async () => (await paths()).length === 3, 5000)
  assert.equal(transactions, 1)
  await exchanges[Symbol.asyncDispose]()
})

test('what still waits is written at the end, and nothing after it', async (context) => {
  const { exchanges, paths } = await noted(context)
  exchanges.note(observed('/last'))
  await exchanges[Symbol.asyncDispose]()
  exchanges.note(observed('/late'))
  await exchanges.flush()
  assert.deepEqual(await paths(), ['/last'])
})

test('the newest 200 of each control plane are kept, in memory and in the database', async (context) => {
  const { app, exchanges, paths } = await noted(context)
  const { perControlPlane } = bounds.exchanges
  exchanges.note(observed('/other', { controlPlaneId: 'other' }))
  for (let index = 0; index < perControlPlane + 40; index++) exchanges.note(observed(`/a${index}`))
  await exchanges.flush()
  assert.equal((await paths()).length, perControlPlane)
  for (let index = 0; index < 30; index++) exchanges.note(observed(`/b${index}`))
  await exchanges.flush()
  const page = await listExchanges(app, 'edc', { limit: 500 })
  const newest = page.items.map(({ path }) => path)
  assert.equal(newest.length, perControlPlane)
  assert.deepEqual([newest[0], newest[29], newest[30]], ['/b29', '/b0', '/a239'])
  assert.equal(newest.at(-1), '/a70')
  assert.deepEqual(await paths('other'), ['/other'])
})

test('of looks that concern no transfer process the newest is kept, for each path and status', async (context) => {
  const { app, exchanges } = await noted(context)
  const look = (url: string, changes = {}) =>
    exchanges.note(observed(url, { method: 'GET', ...changes }))
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 5; index++) look('/k/a/edc/v1/dataflows/check')
    look('/k/a/edc/v1/dataflows/check', { status: 500 })
    look('/k/a/edc/v1/dataflows/check', { status: null })
    look('/dataplanes', { direction: 'out' })
    look('/edc/v1/dataflows/p1/state')
    exchanges.note(observed('/edc/v1/dataflows/start'))
    await exchanges.flush()
  }
  const { items } = await listExchanges(app, 'edc', {})
  const count = (wanted: string) => items.filter(({ path }) => path === wanted).length
  assert.equal(count('/k/…/edc/v1/dataflows/check'), 3)
  assert.equal(count('/dataplanes'), 1)
  assert.equal(count('/edc/v1/dataflows/p1/state'), 3)
  assert.equal(count('/edc/v1/dataflows/start'), 3)
})

test('a database that refuses costs the messages and nothing else', async (context) => {
  const { app, warnings } = await noted(context)
  const transaction = () => Promise.reject(new Error('disk full'))
  const database = Object.create(app.database, { transaction: { value: transaction } }) as Database
  const log = { ...app.log, warn: (_fields: object, message: string) => warnings.push(message) }
  const broken = new BufferedExchangeLog({ ...app, database, log })
  const at = new Date(Number.NaN)
  broken.note(
    observed('/a', {
      at,
      request: {
        get x(): never {
          throw new Error('odd')
        },
      },
    }),
  )
  broken.note(observed('/b'))
  await broken.flush()
  assert.deepEqual(warnings, ['a message could not be noted', 'messages could not be kept'])
})

const request: OutboundRequest = {
  method: 'POST',
  url: 'http://edc:9191/api/control/transferprocess/p1/complete?x=canary',
  headers: { 'x-api-key': 'canary' },
  body: '{"token":"canary"}',
  trust: 'operator',
  timeoutMs: 1000,
  maxResponseBytes: 1024,
}

test('what is sent to a control plane is noted with its answer, or with none', async (context) => {
  const { app, exchanges } = await noted(context)
  const answers = [{ status: 503, headers: {}, body: 'canary page' }]
  const outbound: Outbound = {
    checkUrl: () => undefined,
    send: () => {
      const answer = answers.shift()
      if (answer === undefined) throw new FailureError('no-progress', 'http://edc:9191 is silent')
      return Promise.resolve(answer)
    },
  }
  const { signal } = new AbortController()
  const told = notedOutbound({ ...app, outbound }, openControlPlane)
  assert.equal((await told.send(request, signal)).body, 'canary page')
  await assert.rejects(told.send(request, signal), FailureError)
  await exchanges.flush()
  const { items } = await listExchanges(app, 'edc', {})
  assert.deepEqual(
    items.map(({ direction, method, path, status, processId, response }) => [
      [direction, method, path, status, processId, response],
    ]),
    [
      [['out', 'POST', '/api/control/transferprocess/p1/complete', null, 'p1', null]],
      [
        [
          'out',
          'POST',
          '/api/control/transferprocess/p1/complete',
          503,
          'p1',
          '"(11 characters that are not JSON)"',
        ],
      ],
    ],
  )
  assert.doesNotMatch(JSON.stringify(items), /canary/)
})

test('the messages of a control plane go with it, and after a week', async (context) => {
  const { app, clock, exchanges, paths } = await noted(context)
  exchanges.note(observed('/old'))
  clock.advance(7 * 86_400 - 1)
  exchanges.note(observed('/new', { at: clock.now }))
  await exchanges.flush()
  const weekAgo = new Date(clock.now.getTime() - 6 * 86_400_000)
  assert.equal(await app.database.sweeps.exchanges(weekAgo, 1), 1)
  assert.equal(await app.database.sweeps.exchanges(weekAgo, 1), 0)
  assert.deepEqual(await paths(), ['/new'])
  await deleteControlPlane(app, 'edc')
  assert.deepEqual(await paths(), [])
})
