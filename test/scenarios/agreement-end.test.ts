import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { startChecked, type CheckedPlane, type CheckedSetup } from '../support/checked-world.ts'
import { policyUntil } from '../support/connector-double.ts'
import { openingBody, signal } from '../support/control-plane-under-test.ts'
import { until } from '../support/until.ts'

const lingerSeconds = 900

async function start(t: TestContext, setup: CheckedSetup = {}) {
  const world = await startChecked({
    ...setup,
    variables: { DSC_LINGER_SECONDS: String(lingerSeconds), ...setup.variables },
  })
  t.after(() => world[Symbol.asyncDispose]())
  const now = () => world.under.service.app.now().getTime()
  return {
    ...world,
    now,
    /** An agreement that its connector ends so many seconds from now. */
    agree: ({ connector }: CheckedPlane, seconds: number) => {
      const agreementId = randomUUID()
      const signedAt = Math.floor(now() / 1000)
      const policy = policyUntil(`contractAgreement+${seconds}s`)
      connector.agreements.set(agreementId, { policy, signedAt })
      return { agreementId, endsAt: new Date((signedAt + seconds) * 1000) }
    },
    again: async (agreementId: string) => {
      const base = `${world.under.connectorUrl}/k/secret-of-control-plane-one`
      return signal(base, 'start', openingBody({ agreementId }))
    },
  }
}

test('the known end of an agreement ends its workspace without lingering, warned of and told', async (t) => {
  const world = await start(t)
  const { connector, plane } = world.one
  const { agreementId, endsAt } = world.agree(world.one, 300)
  const flow = await world.one.open('start', { agreementId })
  assert.equal((await world.workspaceOf(flow)).agreementEndsAt, null)
  world.advance(3)
  await until('the end', async () => (await world.workspaceOf(flow)).agreementEndsAt !== null)
  const { id, agreementEndsAt, expiresAt } = await world.workspaceOf(flow)
  assert.deepEqual([agreementEndsAt, expiresAt], [endsAt, endsAt])
  const { read } = world.under.service.app.database
  const warnings = () => read.events.count({ workspaceId: id, type: 'workspace.expiring' })
  await until('the warning', async () => (await warnings()) === 1)

  world.advance(300)
  await until('the end', async () => (await world.workspaceOf(flow)).closingSince !== null)
  const ended = await world.workspaceOf(flow)
  assert.equal(ended.endCause, 'agreement-ended')
  assert.deepEqual((await world.flowOf(flow)).endCause, 'agreement-ended')
  await until('deleted', async () => (await world.workspaceOf(flow)).state === 'DELETED')
  await until(
    'terminated there',
    () => connector.processes.get(flow.processId)?.state === 'TERMINATED',
  )
  await until('told', () => plane.kindsOf(flow.processId).length > 0)
  assert.deepEqual(plane.kindsOf(flow.processId), ['errored'])
  const later = await world.again(agreementId)
  assert.deepEqual([later.status, later.body.code], [409, 'agreement-ended'])
  const other = await world.again(randomUUID())
  assert.equal(other.status, 200)
})

test('a flow that ends lingers no longer than its agreement', async (t) => {
  const world = await start(t)
  const { agreementId, endsAt } = world.agree(world.one, 100)
  const flow = await world.one.open('start', { agreementId })
  world.advance(3)
  await until('the end', async () => (await world.workspaceOf(flow)).agreementEndsAt !== null)
  assert.equal(await world.one.tell(flow.processId, 'terminate'), 200)
  const lingering = await world.workspaceOf(flow)
  assert.deepEqual([lingering.state, lingering.stateReason?.code], ['SUSPENDED', 'no-flow'])
  world.advance(100)
  await until('the end', async () => (await world.workspaceOf(flow)).closingSince !== null)
  const { endCause, closingSince } = await world.workspaceOf(flow)
  assert.equal(endCause, 'agreement-ended')
  assert.ok((closingSince?.getTime() ?? 0) - endsAt.getTime() < lingerSeconds * 1000)
})

test('what one workspace has learnt of its agreement the next one knows', async (t) => {
  const world = await start(t)
  const { agreementId, endsAt } = world.agree(world.one, 1000)
  const flow = await world.one.open('start', { agreementId })
  world.advance(3)
  await until('the end', async () => (await world.workspaceOf(flow)).agreementEndsAt !== null)
  const { id } = await world.workspaceOf(flow)
  const closed = await fetch(`${world.under.managementUrl}/v1/workspaces/${id}/close`, {
    method: 'POST',
    headers: { 'x-api-key': world.under.service.secrets.managementKey },
  })
  assert.equal(closed.status, 202)
  const next = await world.one.open('start', { agreementId })
  const found = await world.workspaceOf(next)
  assert.notEqual(found.id, id)
  assert.deepEqual([found.agreementEndsAt, found.expiresAt], [endsAt, endsAt])
  world.advance(1000)
  await until('the end', async () => (await world.workspaceOf(next)).endCause !== null)
  assert.equal((await world.workspaceOf(next)).endCause, 'agreement-ended')
  assert.equal((await world.again(agreementId)).status, 409)
  assert.equal(world.one.connector.asked('contractagreements/').length, 1)
})

test('an agreement is read once; its own life is the workspace’s when nothing ends it', async (t) => {
  const world = await start(t)
  const agreementId = randomUUID()
  const policy = { 'odrl:permission': [] }
  world.one.connector.agreements.set(agreementId, { policy, signedAt: 1_700_000_000 })
  const flow = await world.one.open('start', { agreementId })
  const before = await world.workspaceOf(flow)
  for (const look of [1, 2, 3]) {
    world.advance(600)
    await world.looked(world.one, flow, look)
  }
  const after = await world.workspaceOf(flow)
  assert.deepEqual([after.agreementEndsAt, after.expiresAt], [null, before.expiresAt])
  assert.equal(world.one.connector.asked('contractagreements/').length, 1)
})

test('an agreement that cannot be read is asked for again, and one that is not known ends nothing', async (t) => {
  const world = await start(t)
  const { agreementId } = world.agree(world.one, 86_400)
  world.one.connector.disorder = 503
  const flow = await world.one.open('start', { agreementId })
  const unknown = await world.one.open('start')
  for (let round = 0; round < 3; round++) {
    world.advance(3)
    await world.idle()
  }
  assert.equal((await world.workspaceOf(flow)).agreementEndsAt, null)
  world.one.connector.disorder = null
  world.advance(600)
  await until('the end', async () => (await world.workspaceOf(flow)).agreementEndsAt !== null)
  await until('a look', async () => (await world.flowOf(unknown)).checkedAt !== null)
  assert.equal((await world.flowOf(unknown)).state, 'STARTED')
})

test('an agreement that has ended before it was read ends the workspace at once', async (t) => {
  const world = await start(t)
  const { agreementId } = world.agree(world.one, -60)
  const flow = await world.one.open('start', { agreementId })
  world.advance(3)
  await until('the end', async () => (await world.workspaceOf(flow)).endCause !== null)
  assert.equal((await world.workspaceOf(flow)).endCause, 'agreement-ended')
  assert.equal((await world.again(agreementId)).status, 409)
})
