import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../support/until.ts'
import { startProvisioner, type ProvisionerWorld } from '../support/provisioner-world.ts'

interface Shown {
  readonly direction: 'in' | 'out'
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly request: unknown
}

let world: ProvisionerWorld
before(async () => {
  world = await startProvisioner()
})
after(() => world[Symbol.asyncDispose]())

/** The messages of one transfer, in the order in which they were sent; those with its management API are left out. */
async function shown(processId: string): Promise<readonly Shown[]> {
  const { service, managementUrl } = world.under
  const url = `${managementUrl}/v1/control-planes/one/exchanges?processId=${processId}`
  const response = await fetch(url, { headers: { 'x-api-key': service.secrets.managementKey } })
  assert.equal(response.status, 200)
  const { items } = (await response.json()) as { readonly items: readonly Shown[] }
  return items.filter(({ path }) => !path.includes('/v3/')).toReversed()
}

const provision = ['in', 'POST', '/k/…/provisioner/v1/provision', 200]
const told = {
  'control-plane': (id: string) => [
    provision,
    ['out', 'POST', `/api/management/callback/${id}/provision`, 204],
    provision,
  ],
  'data-plane': (id: string, resourceId: string) => [
    provision,
    ['out', 'POST', `/provisioning/${id}/${resourceId}/provision`, 204],
    provision,
    ['out', 'POST', `/provisioning/${id}/${resourceId}/deprovision`, 204],
  ],
} as const

for (const generation of ['control-plane', 'data-plane'] as const) {
  test(`${generation}: requests and callbacks of a transfer are shown, and no secret of them`, async () => {
    const transfer = await world.one.start({ generation })
    await world.becomes(transfer, 'DEPROVISIONED')
    await until('the last message', async () => {
      const found = await shown(transfer.id)
      return found.length === told[generation](transfer.id, transfer.resourceId).length
    })
    const exchanges = await shown(transfer.id)
    assert.deepEqual(
      exchanges.map(({ direction, method, path, status }) => [direction, method, path, status]),
      told[generation](transfer.id, transfer.resourceId),
    )
    const [, callback] = exchanges
    const { contentDataAddress, dataAddress } = callback?.request as Readonly<
      Record<string, { readonly properties: Readonly<Record<string, string>> } | undefined>
    >
    const given = (contentDataAddress ?? dataAddress)?.properties
    assert.match(
      given?.['https://w3id.org/edc/v0.0.1/ns/baseUrl'] ?? '',
      /\/provisioner\/v1\/access\//,
    )
    assert.equal(given?.['authCode'], '…')
    const [address] = transfer.addresses
    const everything = JSON.stringify(exchanges)
    for (const secret of [address?.['authCode'], world.one.key, 'secret-of-provisioner'])
      assert.ok(secret !== undefined && !everything.includes(secret))
  })
}

test('a callback that finds nobody is shown without an answer', async () => {
  world.one.callback = 'reset'
  const transfer = await world.one.start()
  await world.pass('the callback', async () => (await shown(transfer.id)).length > 1)
  world.one.callback = null
  const [, callback] = await shown(transfer.id)
  assert.deepEqual([callback?.direction, callback?.status], ['out', null])
})
