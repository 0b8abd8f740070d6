import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openingBody, signal } from '../support/control-plane-under-test.ts'
import { startDpsConnector } from '../support/dps-connector.ts'
import { startEdcConnector, type EdcConnector } from '../support/edc-connector.ts'
import { edcControlPlane, pathSecret } from '../support/edc-fixture.ts'
import { lookAtDataPlanes, startEdcManagement } from '../support/edc-management.ts'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { until } from '../support/until.ts'

const key = 'canary-management-key'

interface Check {
  readonly name: string
  readonly result: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly remedy: string | null
}

async function post(world: ServiceUnderTest, path: string) {
  const response = await fetch(`${world.managementUrl}/v1/control-planes/${path}`, {
    method: 'POST',
    headers: { 'x-api-key': world.service.secrets.managementKey },
  })
  const text = await response.text()
  assert.doesNotMatch(text, /canary/)
  assert(!text.includes(pathSecret))
  return {
    status: response.status,
    body: JSON.parse(text) as { ok: boolean; checks: readonly Check[] },
  }
}

const results = ({ body }: { body: { checks: readonly Check[] } }) =>
  body.checks.map(({ name, result }) => `${name}: ${result}`)

const only = ({ dataPlanes }: EdcConnector) => {
  assert.equal(dataPlanes.size, 1)
  return [...dataPlanes.values()][0] ?? assert.fail('no data plane')
}

/** A service beside a connector of the older signaling, which does not register by itself. */
async function beside(t: TestContext, changes: Readonly<Record<string, unknown>> = {}) {
  const connector = await startEdcConnector()
  t.after(() => connector[Symbol.asyncDispose]())
  const management = await startEdcManagement(t, { connector, key })
  const definition = edcControlPlane(connector, {
    participantContextId: 'provider',
    management: { url: `${management.url}/v3`, key },
    ...changes,
  })
  const world = await startUnderTest({ controlPlanes: { 'edc.control-plane.yaml': definition } })
  t.after(() => world[Symbol.asyncDispose]())
  return { connector, management, world, definition }
}

test('a connector that is right is registered at, calls back, and every line says so', async (t) => {
  const { connector, management, world } = await beside(t)
  management.agreements.push({ consumerId: 'consumer', providerId: 'provider' })
  lookAtDataPlanes(connector)
  const first = await post(world, 'edc/connect')
  assert.equal(first.status, 200)
  assert.deepEqual(results(first), [
    'control API: ok',
    'management API: ok',
    'management key: ok',
    'API version: ok',
    'registration: warn',
    'registered URL: ok',
    'transfer types: ok',
    'callback: ok',
    'participant: ok',
  ])
  assert.equal(first.body.ok, true)
  assert.match(String(first.body.checks[4]?.remedy), /register: true/)
  assert.equal(only(connector).url, `${world.connectorUrl}/k/${pathSecret}/edc/v1/dataflows`)
  const stored = await world.service.app.database.read.controlPlanes.get({ id: 'edc' })
  assert(stored?.registeredAt)
  const again = await post(world, 'edc/connect')
  assert.equal(again.body.ok, true)
  assert.match(again.body.checks[4]?.detail ?? '', /lists us already/)
  const puts = connector.received.filter(
    ({ method, path }) => method === 'POST' && path === '/v1/dataplanes',
  )
  assert.equal(puts.length, 1, 'asked again it changes nothing')
  const seen = await until('all messages', async () => {
    const response = await fetch(`${world.managementUrl}/v1/control-planes/edc/exchanges`, {
      headers: { 'x-api-key': world.service.secrets.managementKey },
    })
    const text = await response.text()
    return text.includes('/dataflows/check') && text.includes('contractagreements') && text
  })
  assert.doesNotMatch(seen, /canary/)
  assert(!seen.includes(pathSecret))
  assert(seen.includes('"POST","path":"/control/v1/dataplanes"'))
})

test('a wrong key, a wrong version and a wrong control API each have their line and remedy', async (t) => {
  const { connector, management, world, definition } = await beside(t)
  const change = async (changes: Readonly<Record<string, unknown>>) => {
    const response = await fetch(`${world.managementUrl}/v1/control-planes`, {
      method: 'POST',
      headers: {
        'x-api-key': world.service.secrets.managementKey,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...definition, ...changes }),
    })
    assert.equal(response.status, 201)
    const { id } = (await response.json()) as { id: string }
    return post(world, `${id}/connect`)
  }
  const inbound = (name: string) => ({ type: 'path-secret', secret: `${name}-0123456789abcdef` })
  lookAtDataPlanes(connector)
  const wrongKey = await change({
    id: 'wrong-key',
    inbound: inbound('wrong-key'),
    management: { url: `${management.url}/v3`, key: 'canary-wrong' },
  })
  assert.deepEqual(results(wrongKey).slice(0, 4), [
    'control API: ok',
    'management API: ok',
    'management key: fail',
    'API version: ok',
  ])
  assert.equal(wrongKey.body.ok, false)
  assert.equal(
    wrongKey.body.checks.some(({ name }) => name === 'participant'),
    false,
  )
  const tested = await post(world, 'wrong-key/test')
  assert.equal(tested.body.ok, false, 'the test tells a wrong key, too')
  const wrongVersion = await change({
    id: 'wrong-version',
    inbound: inbound('wrong-version'),
    management: { url: `${management.url}/v4`, key },
  })
  const version = wrongVersion.body.checks.find(({ name }) => name === 'API version')
  assert.equal(version?.remedy, `Set management.url to ${management.url}/v3.`)
  connector.dataPlanes.clear()
  const wrongControl = await change({
    id: 'wrong-control',
    inbound: inbound('wrong-control'),
    callbacks: { url: `${connector.url}/wrong`, type: 'none' },
  })
  const [control] = wrongControl.body.checks
  assert.deepEqual([control?.name, control?.result], ['control API', 'fail'])
  assert.match(String(control?.remedy), /callbacks\.url/)
  assert.equal(connector.dataPlanes.size, 0, 'nothing is registered through a wrong address')
})

test('our id with another address is left alone, and a doubled path is named', async (t) => {
  const { connector, world } = await beside(t)
  const id = `dataspace-compute-${world.service.app.settings.installationId}`
  const ours = `${world.connectorUrl}/k/${pathSecret}/edc/v1/dataflows`
  const cases: readonly (readonly [string, RegExp])[] = [
    [`${ours}/dataflows`, /twice/],
    [ours.replace(/\/dataflows$/, ''), /lacks \/dataflows/],
    [
      'http://other.example.com/dataflows',
      /http:\/\/other\.example\.com\/dataflows, which is not ours/,
    ],
  ]
  for (const [url, detail] of cases) {
    const entry = {
      '@id': id,
      url,
      allowedSourceTypes: ['ComputeService'],
      allowedTransferTypes: ['HttpData-PULL', 'HttpData-PUSH'],
      destinationProvisionTypes: ['Workspace'],
      state: 'AVAILABLE',
    }
    connector.dataPlanes.set(id, entry)
    const { body } = await post(world, 'edc/connect')
    const named = (name: string) => body.checks.find((check) => check.name === name)
    assert.deepEqual([body.ok, named('registration')?.result], [false, 'fail'], url)
    assert.match(named('registered URL')?.detail ?? '', detail)
    assert.equal(named('registered URL')?.result, 'fail')
    assert.equal(only(connector).url, url)
  }
})

test('a connector that is down is told as such, and nothing else is tried', async (t) => {
  const { connector, world } = await beside(t, { management: undefined })
  await connector[Symbol.asyncDispose]()
  const { body } = await post(world, 'edc/connect')
  assert.deepEqual(results({ body }), ['control API: fail', 'management API: warn'])
  assert.match(String(body.checks[0]?.remedy), /callbacks\.url is right, that the connector runs/)
  assert.equal((await post(world, 'none/connect')).status, 404)
})

test('with Data Plane Signaling only a message tells that the connector reaches us', async (t) => {
  const connector = await startDpsConnector(t, key)
  const secret = 'canary-path-secret-of-dps'
  const definition = {
    id: 'new',
    protocol: 'dps',
    inbound: { type: 'path-secret', secret },
    callbacks: { url: `${connector.url}/signaling`, type: 'none' },
    management: { url: connector.managementUrl, key },
  }
  await using world = await startUnderTest({
    controlPlanes: { 'new.control-plane.yaml': definition },
  })
  const callback = async () => {
    const { body } = await post(world, 'new/connect')
    assert.equal(body.ok, true, JSON.stringify(body))
    return body.checks.find(({ name }) => name === 'callback')
  }
  const before = await callback()
  assert.equal(before?.result, 'warn')
  assert.match(String(before.remedy), /Begin a transfer/)
  assert.equal(connector.entries.size, 1)
  await signal(`${world.connectorUrl}/k/${secret}`, 'start', openingBody())
  const { exchanges } = world.service.app.database.read
  await until('the message', () => exchanges.first({ direction: 'in' }))
  assert.equal((await callback())?.result, 'ok')
})

test('a connector that sends tokens is not registered at: only its operator has its credentials', async (t) => {
  const connector = await startDpsConnector(t, key)
  const definition = {
    id: 'new',
    protocol: 'dps',
    inbound: {
      type: 'oauth2',
      issuer: 'https://idp.example.com',
      audience: 'a',
      jwksUri: `${connector.url}/jwks`,
    },
    callbacks: { url: `${connector.url}/signaling`, type: 'none' },
    management: { url: connector.managementUrl, key },
  }
  await using world = await startUnderTest({
    controlPlanes: { 'new.control-plane.yaml': definition },
  })
  const first = await post(world, 'new/connect')
  const registration = first.body.checks.find(({ name }) => name === 'registration')
  assert.equal(registration?.result, 'warn')
  assert.match(registration.remedy ?? '', /authorization/)
  assert.ok(results(first).includes('registered URL: fail'))
  assert.equal(connector.entries.size, 0)
  connector.entries.set('by-hand', {
    '@id': 'by-hand',
    url: `${world.connectorUrl}/signaling/v1/dataflows`,
    allowedTransferTypes: [],
    state: 'REGISTERED',
  })
  const second = await post(world, 'new/connect')
  assert.ok(results(second).includes('registered URL: ok'))
  assert.deepEqual([...connector.entries.keys()], ['by-hand'])
})
