import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startChecked, type CheckedFlow, type CheckedSetup } from '../support/checked-world.ts'
import { consumerClient } from '../support/consumer-client.ts'
import { issueTokens } from '../../src/application/access/issue-access.ts'
import { until } from '../support/until.ts'

async function start(t: TestContext, setup?: CheckedSetup) {
  const world = await startChecked(setup)
  t.after(() => world[Symbol.asyncDispose]())
  const app = () => world.under.service.app
  return {
    ...world,
    /** The operator's request, with the key. */
    manage: async (method: string, path: string) => {
      const response = await fetch(`${world.under.managementUrl}/v1/${path}`, {
        method,
        headers: { 'x-api-key': world.under.service.secrets.managementKey },
      })
      const text = await response.text()
      return { status: response.status, body: JSON.parse(text) as Shown }
    },
    terminations: async (flow: CheckedFlow) => {
      const { id: flowId } = await world.flowOf(flow)
      return app().database.read.deliveries.list({ where: { flowId, callback: 'terminate' } })
    },
  }
}

interface Shown {
  readonly items: readonly {
    readonly type: string
    readonly lane: string
    readonly target: string
    readonly attempts: readonly {
      readonly error: string | null
      readonly response: string | null
    }[]
  }[]
}

const terminated = ({ connector }: Awaited<ReturnType<typeof start>>['one'], flow: CheckedFlow) =>
  until('terminated there', () => connector.processes.get(flow.processId)?.state === 'TERMINATED')

test('what the operator ends is told as errored, and terminated at the connector with the reason', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { id } = await world.workspaceOf(flow)
  assert.equal((await world.manage('POST', `workspaces/${id}/close`)).status, 202)
  await terminated(world.one, flow)
  await until('errored', () => world.one.plane.kindsOf(flow.processId).includes('errored'))
  const [asked] = world.one.connector.asked(`transferprocesses/${flow.processId}/terminate`)
  assert.deepEqual((asked?.body as { reason: string }).reason, 'The workspace has ended: operator.')
  assert.equal(await world.one.tell(flow.processId, 'terminate'), 200)
  await until('delivered', async () => (await world.terminations(flow))[0]?.state === 'DELIVERED')
  const { body } = await world.manage('GET', 'deliveries?lane=control-plane')
  const shown = body.items.find(({ type }) => type === 'terminate')
  assert.equal(shown?.target, new URL(world.one.connector.managementUrl).origin)
  assert.deepEqual(
    shown.attempts.map(({ response }) => response),
    ['terminated'],
  )
})

test('what the consumer ends is completed, and not terminated', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { app } = world.under.service
  const { id: flowId } = await world.flowOf(flow)
  const grant = await app.database.read.grants.first({ flowId })
  const { accessToken } = issueTokens(app, grant ?? assert.fail('no grant'))
  const consumer = consumerClient(`${world.under.consumerUrl}/v1`, accessToken)
  assert.equal((await consumer.call('DELETE', '/workspace')).status, 202)
  await until('completed', () => world.one.plane.kindsOf(flow.processId).includes('completed'))
  await until('deleted', async () => (await world.workspaceOf(flow)).state === 'DELETED')
  assert.deepEqual(await world.terminations(flow), [])
  assert.equal(world.one.connector.processes.get(flow.processId)?.state, 'STARTED')
})

test('a flow of a third party that was not carried on in time is terminated there', async (t) => {
  const world = await start(t, { variables: { DSC_PREPARED_SECONDS: '60' } })
  const flow = await world.one.open('prepare')
  world.advance(61)
  await terminated(world.one, flow)
  assert.equal((await world.flowOf(flow)).endCause, 'deadline')
})

test('without a management API only the callback is sent', async (t) => {
  const world = await start(t, { managed: false })
  const flow = await world.two.open('start')
  const { id } = await world.workspaceOf(flow)
  await world.manage('POST', `workspaces/${id}/close`)
  await until('errored', () => world.two.plane.kindsOf(flow.processId).includes('errored'))
  assert.deepEqual(await world.terminations(flow), [])
  assert.equal(world.two.connector.questions.length, 0)
})

for (const disorder of [401, 503, 'page', 'reset'] as const) {
  test(`the termination is repeated while the management API is out of order: ${disorder}`, async (t) => {
    const world = await start(t)
    const flow = await world.one.open('start')
    const { id } = await world.workspaceOf(flow)
    world.one.connector.disorder = disorder
    await world.manage('POST', `workspaces/${id}/close`)
    const attempts = async (count: number) =>
      until(
        `${count} attempts`,
        async () => ((await world.terminations(flow))[0]?.attempts ?? 0) >= count,
      )
    await attempts(2)
    world.advance(20)
    await attempts(3)
    assert.equal(world.one.connector.processes.get(flow.processId)?.state, 'STARTED')
    world.one.connector.disorder = null
    world.advance(60)
    await terminated(world.one, flow)
    await until('delivered', async () => (await world.terminations(flow))[0]?.state === 'DELIVERED')
  })
}

test('a termination that is never taken is given up after some hours', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { id } = await world.workspaceOf(flow)
  world.one.connector.disorder = 503
  await world.manage('POST', `workspaces/${id}/close`)
  await until('given up', async () => {
    world.advance(7200)
    return (await world.terminations(flow))[0]?.state === 'DEAD'
  })
  const [delivery] = await world.terminations(flow)
  assert.deepEqual([delivery?.reason, delivery?.attempts], ['schedule-exhausted', 17])
})

for (const [what, state] of [
  ['has ended there already', 'DEPROVISIONED'],
  ['is not known there', null],
] as const) {
  test(`a process that ${what} is not asked to end again`, async (t) => {
    const world = await start(t)
    const flow = await world.one.open('start')
    const { processes } = world.one.connector
    processes.delete(flow.processId)
    if (state !== null) processes.set(flow.processId, { state })
    const { id } = await world.workspaceOf(flow)
    await world.manage('POST', `workspaces/${id}/close`)
    await until('delivered', async () => (await world.terminations(flow))[0]?.state === 'DELIVERED')
    world.advance(86_400)
    await world.idle()
    const asked = world.one.connector.asked(`transferprocesses/${flow.processId}/terminate`)
    assert.equal(asked.length, 1)
  })
}

test('a termination owed before a restart is sent after it', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  const { id } = await world.workspaceOf(flow)
  world.one.connector.disorder = 'reset'
  await world.manage('POST', `workspaces/${id}/close`)
  await until('an attempt', async () => ((await world.terminations(flow))[0]?.attempts ?? 0) >= 1)
  world.one.connector.disorder = null
  await world.restart()
  await terminated(world.one, flow)
})
