import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { policyUntil } from '../support/connector-double.ts'
import type { DoubledTransfer } from '../support/provisioner-transfer.ts'
import {
  startProvisioner,
  type ProvisionerSetup,
  type ProvisionerWorld,
} from '../support/provisioner-world.ts'
import { nodeService } from '../support/services.ts'

let current: ProvisionerWorld | null = null
const begin = async (setup?: ProvisionerSetup) => (current = await startProvisioner(setup))
afterEach(async () => {
  await current?.[Symbol.asyncDispose]()
  current = null
})

const reasonOf = ({ one }: ProvisionerWorld, { id }: DoubledTransfer) => {
  const bodies = one.asked(`transferprocesses/${id}/terminate`).map(({ body }) => body)
  return (bodies as readonly { '@type': string; reason: string }[]).map(({ reason }) => reason)
}

/** Ends that we cause while the connector waits: terminated once with the reason, no callback, nothing left. */
const refusals: readonly {
  readonly name: string
  readonly reason: RegExp
  readonly setup?: ProvisionerSetup
  readonly start: (world: ProvisionerWorld) => Promise<DoubledTransfer>
}[] = [
  {
    name: 'no service is offered for the asset',
    reason: /No compute service/,
    setup: { services: { 'other.service.yaml': nodeService('other', '', { datasets: ['x'] }) } },
    start: ({ one }) => one.start(),
  },
  {
    name: 'the agreement belongs to another consumer',
    reason: /another participant/,
    start: async (world) => {
      const first = await world.one.start()
      await world.becomes(first, 'DEPROVISIONED')
      const { agreementId } = first
      const agreement = world.one.agreements.get(agreementId)
      assert.ok(agreement)
      world.one.agreements.set(agreementId, { ...agreement, consumerId: 'somebody-else' })
      return world.one.start({ agreementId })
    },
  },
  {
    name: 'the agreement has ended by its policy',
    reason: /agreement has ended/,
    start: ({ one }) => {
      const policy = policyUntil('2020-01-01T00:00:00Z')
      one.agreements.set('over', { consumerId: 'consumer', assetId: 'asset', policy })
      return one.start({ agreementId: 'over' })
    },
  },
  {
    name: 'the agreement is not known',
    reason: /not known/,
    start: async ({ one }) => {
      const transfer = await one.start()
      one.agreements.clear()
      return transfer
    },
  },
  {
    name: 'the connector takes no callback within DSC_PROVISION_SECONDS',
    reason: /in time/,
    setup: { variables: { DSC_PROVISION_SECONDS: '30' } },
    start: ({ one }) => {
      one.callback = 500
      return one.start()
    },
  },
  {
    name: 'its management API answers no look-up within DSC_PROVISION_SECONDS',
    reason: /did not answer in time/,
    setup: { variables: { DSC_PROVISION_SECONDS: '30' } },
    start: async (world) => {
      world.one.management = 503
      const transfer = await world.one.start()
      await world.becomes(transfer, 'REFUSING', 120)
      world.one.management = null
      world.one.calls.length = 0
      return transfer
    },
  },
]

for (const { name, reason, setup, start } of refusals) {
  test(`${name}: the transfer process is terminated with that reason`, async () => {
    const world = await begin(setup)
    const transfer = await start(world)
    await world.becomes(transfer, 'REFUSED', 120)
    assert.equal(transfer.state, 'TERMINATED')
    assert.deepEqual(transfer.provisionAnswers, [200])
    const reasons = reasonOf(world, transfer)
    assert.equal(reasons.length, 1)
    assert.match(reasons[0] ?? '', reason)
    assert.equal(transfer.taken, 0)
    const flow = await world.flowOf(transfer)
    assert.equal(flow?.state ?? 'TERMINATED', 'TERMINATED')
    await world.one.send(transfer, 'provision')
    await world.live(10)
    assert.equal(reasonOf(world, transfer).length, 1)
  })
}

test('a termination waits until our answer is stored, and is repeated until it is taken', async () => {
  const services = { 'other.service.yaml': nodeService('other', '', { datasets: ['x'] }) }
  const world = await begin({ services })
  const transfer = await world.one.start()
  await world.under.service.controller.idle()
  assert.equal(reasonOf(world, transfer).length, 0)
  world.one.management = 500
  await world.live(30)
  const tries = reasonOf(world, transfer).length
  assert.ok(tries >= 2 && tries < 10, `${tries}`)
  world.one.management = null
  await world.becomes(transfer, 'REFUSED', 120)
  assert.equal(transfer.state, 'TERMINATED')
})

test('a process that waits for nothing of us is left alone: a forged request ends no transfer', async () => {
  const world = await begin()
  world.one.holdsBack = true
  const living = await world.one.start()
  living.state = 'STARTED'
  await world.becomes(living, 'DEPROVISIONED')
  const unknown = await world.one.start({ id: 'nobody-knows-it' })
  world.one.transfers.delete(unknown.id)
  await world.becomes(unknown, 'REFUSED')
  assert.equal(living.state, 'STARTED')
  assert.deepEqual(reasonOf(world, living), [])
  const { read } = world.under.service.app.database
  assert.deepEqual([await read.flows.count({}), await read.workspaces.count({})], [0, 0])
  assert.ok(world.one.asked(unknown.id).length < 10)
})

test('requests of one connector with the ids of another one have no effect', async () => {
  const world = await begin()
  world.one.runs = false
  const transfer = await world.one.start()
  await world.pass('the callback', () => transfer.taken === 1)
  await world.one.run(transfer)
  const { endpoint } = world.two
  const statuses = []
  for (const type of ['deprovision', 'provision'] as const) {
    const changes = { callbackAddress: world.two.callbackAddress['control-plane'] }
    world.one.endpoint = endpoint
    statuses.push(await world.one.send(transfer, type, { changes }))
  }
  await world.live(20)
  assert.deepEqual(statuses, [200, 200])
  assert.equal((await world.flowOf(transfer))?.state, 'STARTED')
  assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
  assert.equal(transfer.state, 'COMPLETED')
  assert.equal(world.two.calls.filter(({ path }) => path.includes('/callback/')).length, 0)
  const rows = await world.under.service.app.database.read.provisionRequests.list({
    where: { controlPlaneId: 'two' },
  })
  assert.deepEqual(
    rows.map(({ state, flowId }) => [state, flowId]),
    [['REFUSED', null]],
  )
  const { id } = (await world.flowOf(transfer)) ?? assert.fail()
  const answer = await fetch(`${endpoint.replace('/provision', '')}/access/${id}`)
  assert.ok([401, 404].includes(answer.status))
})

test('the same agreement id at two connectors makes two workspaces', async () => {
  const world = await begin()
  const one = await world.one.start({ agreementId: 'same' })
  const two = await world.two.start({ agreementId: 'same' })
  await world.becomes(one, 'DEPROVISIONED')
  await world.becomes(two, 'DEPROVISIONED')
  assert.notEqual(one.written[0]?.['workspaceId'], two.written[0]?.['workspaceId'])
})

test('the consumer ends the workspace while another transfer is provisioned: that one is terminated', async () => {
  const world = await begin()
  const first = await world.one.start()
  await world.becomes(first, 'DEPROVISIONED')
  world.one.holdsBack = true
  const second = await world.one.start({ agreementId: first.agreementId })
  await world.becomes(second, 'PROVISIONED')
  const consumer = world.consumer(first.written[0] ?? {})
  assert.equal((await consumer.call('DELETE', '/workspace')).status, 202)
  world.one.store()
  await world.becomes(second, 'REFUSED')
  assert.equal(second.state, 'TERMINATED')
  assert.deepEqual(reasonOf(world, second), ['The consumer has ended the workspace.'])
  await world.pass('no workspace', async () => {
    return (await world.workspaceOf(first))?.state === 'DELETED'
  })
})

test('the operator closes the workspace: the process is terminated once, and its content is read no more', async () => {
  const world = await begin()
  world.one.runs = false
  const transfer = await world.one.start()
  await world.pass('the callback', () => transfer.taken === 1)
  transfer.state = 'STARTED'
  await world.pass('the look', async () => (await world.row(transfer))?.callbackTakenAt !== null)
  const { id } = (await world.workspaceOf(transfer)) ?? assert.fail()
  const key = world.under.service.secrets.managementKey
  const url = `${world.under.managementUrl}/v1/workspaces/${id}/close`
  const closed = await fetch(url, { method: 'POST', headers: { 'x-api-key': key } })
  assert.equal(closed.status, 202)
  await world.becomes(transfer, 'DEPROVISIONED')
  await world.pass('the termination', () => transfer.state === 'TERMINATED')
  assert.equal(reasonOf(world, transfer).length, 1)
  const [address = {}] = transfer.addresses
  const content = await fetch(address['https://w3id.org/edc/v0.0.1/ns/baseUrl'] ?? '', {
    headers: { authorization: address['authCode'] ?? '' },
  })
  assert.equal(content.status, 404)
})

test('a connector that was restarted forgets the transfer: our flow ends, and the workspace does not', async () => {
  const world = await begin({ variables: { DSC_RECHECK_SECONDS: '60' } })
  world.one.runs = false
  const waiting = await world.one.start()
  const started = await world.one.start()
  await world.pass('the callback', () => started.taken === 1 && waiting.taken === 1)
  await world.one.run(started)
  world.one.restart()
  await world.becomes(started, 'DEPROVISIONED', 400)
  await world.becomes(waiting, 'DEPROVISIONED', 400)
  assert.equal((await world.flowOf(started))?.endCause, 'forgotten')
  assert.equal((await world.workspaceOf(started))?.state, 'READY')
  assert.ok(world.one.asked(started.id).length < 30)
})

test('a missed deprovision request is found by the checks', async () => {
  const world = await begin({ variables: { DSC_RECHECK_SECONDS: '60' } })
  world.one.runs = false
  const transfer = await world.one.start()
  await world.pass('the callback', () => transfer.taken === 1)
  await world.one.run(transfer)
  await world.becomes(transfer, 'DEPROVISIONED', 200)
  assert.equal((await world.flowOf(transfer))?.state, 'COMPLETED')
  assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
})

test('fifty transfers, ten at a time: each is answered in no time, none is lost or started twice', async (t) => {
  const world = await begin()
  const answerMs: number[] = []
  const all: DoubledTransfer[] = []
  const one = async () => {
    const begun = performance.now()
    all.push(await world.one.start())
    answerMs.push(performance.now() - begun)
  }
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 10 }, one))
  for (const transfer of all) await world.becomes(transfer, 'DEPROVISIONED', 120)
  for (const { taken, written, errorDetail, provisionAnswers } of all)
    assert.deepEqual([taken, written.length, errorDetail, provisionAnswers], [1, 1, null, [200]])
  answerMs.sort((a, b) => a - b)
  t.diagnostic(`answers: p50 ${answerMs[25]?.toFixed(0)} ms, most ${answerMs[49]?.toFixed(0)} ms`)
  assert.ok((answerMs[49] ?? Infinity) < 5000)
})
