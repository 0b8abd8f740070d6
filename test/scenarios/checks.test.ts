import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startChecked } from '../support/checked-world.ts'
import { until } from '../support/until.ts'

const recheckSeconds = 600

async function start(t: TestContext) {
  const world = await startChecked()
  t.after(() => world[Symbol.asyncDispose]())
  return world
}

const endings = [
  ['COMPLETED', undefined, 'COMPLETED'],
  ['TERMINATED', 'contract policy', 'TERMINATED'],
  ['DEPROVISIONED', undefined, 'COMPLETED'],
  ['DEPROVISIONED', 'contract policy', 'TERMINATED'],
] as const
for (const [state, errorDetail, becomes] of endings) {
  const said = errorDetail === undefined ? '' : ' with an error'
  test(`a flow whose process is ${state}${said} at the connector ends here: ${becomes}`, async (t) => {
    const world = await start(t)
    const flow = await world.one.open('start')
    world.advance(3)
    await world.looked(world.one, flow, 1)
    assert.equal((await world.flowOf(flow)).state, 'STARTED')
    const process = { state, ...(errorDetail === undefined ? {} : { errorDetail }) }
    world.one.connector.processes.set(flow.processId, process)
    world.advance(recheckSeconds)
    await world.becomes(flow, becomes)
    assert.equal((await world.flowOf(flow)).endCause, 'control-plane')
    await until('no flow', async () => (await world.workspaceOf(flow)).state === 'SUSPENDED')
    assert.equal((await world.workspaceOf(flow)).stateReason?.code, 'no-flow')
    assert.deepEqual(world.one.plane.callbacks, [])
  })
}

test('a suspended flow and a third party’s are looked at too', async (t) => {
  const world = await start(t)
  const suspended = await world.one.open('start')
  assert.equal(await world.one.tell(suspended.processId, 'suspend'), 200)
  const third = await world.one.open('prepare')
  for (const { processId } of [suspended, third])
    world.one.connector.processes.set(processId, { state: 'TERMINATED' })
  world.advance(recheckSeconds + 3)
  await world.becomes(suspended, 'TERMINATED')
  await world.becomes(third, 'TERMINATED')
  const { transferId } = await world.flowOf(third)
  const { read } = world.under.service.app.database
  const transfer = await until('the end of the transfer', async () => {
    const found = await read.transfers.get({ id: transferId ?? '' })
    return found?.state === 'FAILED' && found
  })
  assert.equal(transfer.failure?.code, 'source-terminated')
})

test('a process that the connector does not know three times over the recheck time is forgotten; its data stay', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.one.connector.processes.clear()
  world.advance(3)
  await world.looked(world.one, flow, 1)
  for (const [looks, absences] of [
    [1, 1],
    [2, 2],
  ] as const) {
    await world.looked(world.one, flow, looks)
    const seen = await world.flowOf(flow)
    assert.deepEqual([seen.state, seen.absences], ['STARTED', absences])
    world.advance(recheckSeconds / 2 + 1)
  }
  await world.becomes(flow, 'TERMINATED')
  assert.equal((await world.flowOf(flow)).endCause, 'forgotten')
  await until('no flow', async () => (await world.workspaceOf(flow)).state === 'SUSPENDED')
  const { bucket } = await world.workspaceOf(flow)
  const { store } = world.under.service.app
  assert.ok((await store.listBuckets(AbortSignal.timeout(5000))).includes(bucket))
  assert.equal(world.one.connector.asked('transferprocesses/').length, 3)
})

test('a process that is found in between begins anew', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { processes } = world.one.connector
  for (const round of [0, 1, 2]) {
    processes.clear()
    for (const absences of [1, 2]) {
      world.advance(recheckSeconds)
      await world.looked(world.one, flow, 3 * round + absences)
      assert.equal((await world.flowOf(flow)).absences, absences)
    }
    processes.set(flow.processId, { state: 'STARTED' })
    world.advance(recheckSeconds)
    await world.looked(world.one, flow, 3 * round + 3)
    const found = await world.flowOf(flow)
    assert.deepEqual([found.state, found.absences, found.absentSince], ['STARTED', 0, null])
  }
})

test('what was counted is kept over a restart', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.one.connector.processes.clear()
  world.advance(3)
  await world.looked(world.one, flow, 1)
  for (const look of [2, 3]) {
    await world.restart()
    assert.equal((await world.flowOf(flow)).state, 'STARTED')
    world.advance(recheckSeconds / 2 + 1)
    await world.looked(world.one, flow, look)
  }
  await world.becomes(flow, 'TERMINATED')
  assert.equal((await world.flowOf(flow)).endCause, 'forgotten')
})

for (const disorder of [401, 500, 503, 404, 'page', 'reset'] as const) {
  test(`a management API that is out of order ends nothing: ${disorder}`, async (t) => {
    const world = await start(t)
    const flow = await world.one.open('start')
    world.one.connector.processes.clear()
    world.one.connector.disorder = disorder
    world.advance(3)
    for (let day = 1; day < 6; day++) {
      await world.looked(world.one, flow, day)
      world.advance(86_400)
    }
    const seen = await world.flowOf(flow)
    assert.deepEqual([seen.state, seen.absences, seen.checkedAt], ['STARTED', 0, null])
  })
}

test('questions that are not answered come ever more seldom, and one that is answered ends that', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { connector } = world.one
  connector.disorder = 503
  for (let second = 0; second < 90; second += 0.3) {
    world.advance(0.3)
    await world.idle()
  }
  const asked = connector.asked('transferprocesses/').length
  assert.ok(asked >= 5 && asked <= 9, `asked ${asked} times in a minute and a half`)
  connector.disorder = null
  world.advance(recheckSeconds)
  await until('an answer', async () => (await world.flowOf(flow)).checkedAt !== null)
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
})

test('a connector that hangs stops no other, and is asked once at a time about each flow', async (t) => {
  const world = await start(t)
  world.one.connector.disorder = 'silence'
  for (let count = 0; count < 20; count++) await world.one.open('start')
  const other = await world.two.open('start')
  world.two.connector.processes.set(other.processId, { state: 'COMPLETED' })
  world.advance(3)
  await until('questions', () => world.one.connector.questions.length >= 4)
  await world.becomes(other, 'COMPLETED')
  const asked = world.one.connector.questions.length
  assert.ok(asked <= 16, `${asked} questions are open at the connector that hangs`)
  assert.equal(world.one.connector.mostAtOnce(), 1)
})

test('a flow of before its control plane had a management API is looked at after the start', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { read } = world.under.service.app.database
  const { id } = await world.flowOf(flow)
  await read.work.remove('check', id)
  world.one.connector.processes.set(flow.processId, { state: 'COMPLETED' })
  await world.restart()
  world.advance(recheckSeconds)
  await world.becomes(flow, 'COMPLETED')
})
