import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { fixtures, type DoubledTransfer } from '../support/provisioner-transfer.ts'
import { startProvisioner, type ProvisionerWorld } from '../support/provisioner-world.ts'

let world: ProvisionerWorld
before(async () => {
  world = await startProvisioner({ variables: { DSC_PROVISION_SECONDS: '120' } })
})
beforeEach(() => {
  const { one } = world
  Object.assign(one, { callback: null, management: null, holdsBack: false, runs: true })
})
after(() => world[Symbol.asyncDispose]())

let exchanges = 0
/** One row of the protocol's tables. */
const exchange = (name: string, run: () => Promise<void>): void => {
  test(name, async () => {
    await run()
    exchanges += 1
  })
}

const start = (changes: Readonly<Record<string, unknown>> = {}) =>
  world.one.start({ generation: 'data-plane', changes })
const provisioned = (transfer: DoubledTransfer) =>
  world.one.callbacks(transfer).filter(({ path }) => path.endsWith('/provision'))
const deprovisioned = (transfer: DoubledTransfer) =>
  world.one.callbacks(transfer).filter(({ path }) => path.endsWith('/deprovision'))

exchange(
  'a flow goes from its request to its end, with an empty callback for the deprovisioning',
  async () => {
    const transfer = await start()
    await world.becomes(transfer, 'DEPROVISIONED')
    assert.deepEqual([transfer.provisionAnswers, transfer.deprovisionAnswers], [[200], [200]])
    assert.deepEqual([transfer.taken, transfer.written.length, transfer.deprovisioned], [1, 1, 1])
    const [callback] = deprovisioned(transfer)
    assert.equal(callback?.path, `/provisioning/${transfer.id}/${transfer.resourceId}/deprovision`)
    assert.equal(callback.body, null)
    assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
    const [document = {}] = transfer.written
    assert.equal((await world.consumer(document).call('GET', '/workspace')).status, 200)
  },
)

exchange(
  "the callback is exactly what EDC's data plane takes, without the management key",
  async () => {
    const transfer = await start()
    await world.becomes(transfer, 'DEPROVISIONED')
    const [callback] = provisioned(transfer)
    assert.equal(callback?.path, `/provisioning/${transfer.id}/${transfer.resourceId}/provision`)
    assert.equal(callback.headers['x-api-key'], undefined)
    const { dataAddress } = callback.body as { dataAddress: { properties: Record<string, string> } }
    const properties = {
      ...dataAddress.properties,
      'https://w3id.org/edc/v0.0.1/ns/baseUrl': 'content',
      authCode: 'Bearer content',
    }
    assert.deepEqual({ dataAddress: { properties } }, fixtures['data-plane'].callback)
  },
)

exchange('no callback sooner than two seconds after the last answer', async () => {
  const transfer = await start()
  await world.live(1)
  await world.one.send(transfer, 'provision')
  await world.live(1)
  assert.equal(provisioned(transfer).length, 0)
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.deepEqual([transfer.overwritten, transfer.taken], [false, 1])
})

exchange('repeats are answered alike and done once', async () => {
  const transfer = await start()
  await Promise.all(Array.from({ length: 7 }, () => world.one.send(transfer, 'provision')))
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.deepEqual(new Set(transfer.provisionAnswers), new Set([200]))
  assert.equal(provisioned(transfer).length, 1)
})

exchange(
  'a callback that was answered is never sent again, even without effect: the process is terminated at the deadline',
  async () => {
    world.one.callback = 204
    const transfer = await start()
    await world.becomes(transfer, 'REFUSED', 240)
    assert.equal(provisioned(transfer).length, 1)
    assert.equal(transfer.state, 'TERMINATED')
  },
)

for (const status of [500, 503, 401, 'reset'] as const) {
  exchange(
    `a callback that was not taken (${status}) is sent again while the process waits`,
    async () => {
      world.one.callback = status
      const transfer = await start()
      await world.pass('two callbacks', () => provisioned(transfer).length >= 2)
      world.one.callback = null
      await world.becomes(transfer, 'DEPROVISIONED', 120)
      assert.deepEqual(
        [transfer.taken, transfer.written.length, transfer.errorDetail],
        [1, 1, null],
      )
    },
  )
}

exchange('a callback that was taken and not answered is not sent again', async () => {
  world.one.callback = 'late'
  const transfer = await start()
  await world.pass('the document', () => transfer.written.length === 1)
  world.one.callback = null
  await world.becomes(transfer, 'DEPROVISIONED')
  await world.live(30)
  assert.deepEqual([transfer.taken, provisioned(transfer).length], [1, 1])
})

exchange(
  'a callback for a flow that the data plane does not know is given up, and the process terminated',
  async () => {
    world.one.callback = 404
    const transfer = await start()
    await world.becomes(transfer, 'REFUSED', 240)
    assert.equal(provisioned(transfer).length, 4)
    assert.equal(transfer.state, 'TERMINATED')
  },
)

exchange(
  'a foreign callback address is answered 200, never called, and its process terminated',
  async () => {
    const transfer = await start({ callbackAddress: 'http://127.0.0.1:1/provisioning' })
    await world.becomes(transfer, 'REFUSED')
    assert.deepEqual(transfer.provisionAnswers, [200])
    assert.equal(transfer.state, 'TERMINATED')
    assert.equal(world.one.callbacks(transfer).length, 0)
    assert.equal(await world.flowOf(transfer), undefined)
  },
)

exchange('a process that was terminated meanwhile gets no callback', async () => {
  const transfer = await start()
  transfer.state = 'TERMINATED'
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.equal(world.one.callbacks(transfer).length, 0)
})

exchange('an agreement that is not known is a reason to terminate, not a status', async () => {
  const transfer = await start()
  world.one.agreements.delete(transfer.agreementId)
  await world.becomes(transfer, 'REFUSED')
  assert.deepEqual(transfer.provisionAnswers, [200])
  assert.equal(transfer.state, 'TERMINATED')
})

exchange('a deprovision request is answered 200: repeated, unknown, incomplete', async () => {
  const transfer = await start()
  await world.becomes(transfer, 'DEPROVISIONED')
  const again = [
    await world.one.send(transfer, 'deprovision'),
    await world.one.send(transfer, 'deprovision', { changes: { flowId: 'unknown' } }),
    await world.one.send(transfer, 'deprovision', { changes: { provisionResourceId: null } }),
  ]
  assert.deepEqual(again, [200, 200, 200])
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.equal(transfer.deprovisioned, 2)
})

exchange('the deprovision callback is repeated with back-off until it is taken', async () => {
  world.one.runs = false
  const transfer = await start()
  await world.pass('the callback', () => transfer.taken === 1)
  await world.one.run(transfer)
  world.one.callback = 500
  await world.one.send(transfer, 'deprovision')
  await world.live(20)
  const tries = deprovisioned(transfer).length
  assert.ok(tries >= 2 && tries < 10, `${tries}`)
  world.one.callback = null
  await world.becomes(transfer, 'DEPROVISIONED', 120)
  assert.equal(transfer.deprovisioned, 1)
})

exchange('a deprovision callback that nobody takes is given up', async () => {
  world.one.runs = false
  const transfer = await start()
  await world.pass('the callback', () => transfer.taken === 1)
  await world.one.run(transfer)
  world.one.callback = 'reset'
  await world.one.send(transfer, 'deprovision')
  await world.becomes(transfer, 'DEPROVISIONED', 600)
  assert.equal(deprovisioned(transfer).length, 10)
})

test('every replayed exchange of the data-plane generation was answered as it demands', (t) => {
  t.diagnostic(`${exchanges} exchanges`)
  assert.equal(exchanges, 17)
})
