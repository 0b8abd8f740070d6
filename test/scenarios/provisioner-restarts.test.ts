import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { policyUntil } from '../support/connector-double.ts'
import { startProvisioner, type ProvisionerWorld } from '../support/provisioner-world.ts'

let world: ProvisionerWorld
before(async () => {
  world = await startProvisioner()
})
after(() => world[Symbol.asyncDispose]())

for (const generation of ['control-plane', 'data-plane'] as const) {
  for (const seconds of [0, 1, 3, 6]) {
    test(`${generation}: restarted ${seconds} s after the request, a transfer goes to its end as without`, async () => {
      world.one.callback = 'late'
      const transfer = await world.one.start({ generation })
      await world.live(seconds)
      await world.restart()
      world.one.callback = null
      await world.becomes(transfer, 'DEPROVISIONED', 120)
      await world.pass('its end', () => transfer.state === 'DEPROVISIONED')
      assert.deepEqual(
        [transfer.taken, transfer.written.length, transfer.errorDetail],
        [1, 1, null],
      )
    })
  }

  test(`${generation}: restarted while the connector reads the content, a transfer goes to its end as without`, async () => {
    world.one.runs = false
    const transfer = await world.one.start({ generation })
    await world.pass('the callback', () => transfer.taken === 1)
    world.one.runs = true
    await Promise.allSettled([world.restart(), world.one.run(transfer)])
    await world.becomes(transfer, 'DEPROVISIONED')
    assert.deepEqual(
      [transfer.state, transfer.taken, transfer.written.length, transfer.errorDetail],
      ['DEPROVISIONED', 1, 1, null],
    )
  })

  test(`${generation}: restarted while a termination is owed, the process is terminated`, async () => {
    const policy = policyUntil('2020-01-01T00:00:00Z')
    const agreementId = `over-${generation}`
    world.one.agreements.set(agreementId, { consumerId: 'consumer', assetId: 'asset', policy })
    const transfer = await world.one.start({ generation, agreementId })
    await world.becomes(transfer, 'REFUSING')
    await world.restart()
    await world.becomes(transfer, 'REFUSED')
    assert.equal(transfer.state, 'TERMINATED')
  })

  test(`${generation}: restarted between content and deprovision request, the same address opens it`, async () => {
    world.one.runs = false
    const transfer = await world.one.start({ generation })
    await world.pass('the callback', () => transfer.taken === 1)
    await world.restart()
    const { endpoint } = world.one
    const [address = {}] = transfer.addresses
    const url = new URL(address['https://w3id.org/edc/v0.0.1/ns/baseUrl'] ?? '')
    url.port = new URL(endpoint).port
    const read = () => fetch(url, { headers: { authorization: address['authCode'] ?? '' } })
    assert.equal((await read()).status, 200)
    assert.equal(await world.one.send(transfer, 'deprovision'), 200)
    await world.restart()
    url.port = new URL(world.one.endpoint).port
    assert.equal((await read()).status, 404)
    await world.becomes(transfer, 'DEPROVISIONED')
    assert.equal(transfer.taken, 1)
    world.one.runs = true
  })
}
