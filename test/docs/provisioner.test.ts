import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseControlPlane } from '../../src/domain/control-plane-definition.ts'
import { provisionTarget } from '../../src/domain/provision-callback.ts'

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const example = (name: string) => read(`examples/connectors/${name}`)

interface File {
  readonly inbound: { readonly type: string; readonly secretFile: string }
  readonly management: { readonly url: string; readonly keyFile: string }
}

test('the example of a provisioner is one, and fits what its connector is configured with', () => {
  const { inbound, management, ...rest } = parse(example('provisioner.control-plane.yaml')) as File
  const secret = 'the-path-secret-of-the-control-plane'
  const given = parseControlPlane({
    ...rest,
    inbound: { type: inbound.type, secret },
    management: { url: management.url, key: 'k' },
  })
  assert.equal(given.protocol, 'provisioner')
  const lines = example('provisioner.properties').trim().split('\n')
  const properties = new Map(lines.map((line) => line.split(/=(.*)/, 2) as [string, string]))
  const callbackAddress = `${properties.get('edc.management.endpoint') ?? ''}/callback`
  const plane = { managementUrl: management.url, callbackUrl: null }
  assert.ok(provisionTarget(plane, { generation: 'control-plane', callbackAddress }))
  const endpoint = properties.get('provisioner.http.entries.compute.endpoint') ?? ''
  assert.equal(new URL(endpoint).pathname, `/k/${secret}/provisioner/v1/provision`)
  const { dataAddress } = JSON.parse(example('provisioner-asset.json')) as {
    dataAddress: { type: string }
  }
  const type = properties.get('provisioner.http.entries.compute.data.address.type')
  assert.equal(dataAddress.type, type)
})

test('what docs/provisioner.md shows is what the files say', () => {
  const page = read('provisioner.md')
  assert.ok(page.includes(example('provisioner.properties').trim()))
  const [, ...lines] = example('provisioner.control-plane.yaml').trim().split('\n')
  assert.ok(page.includes(lines.join('\n')))
})
