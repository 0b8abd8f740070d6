import assert from 'node:assert/strict'
import { rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startDpsConnector } from '../support/dps-connector.ts'
import { startEdcConnector, type EdcConnector } from '../support/edc-connector.ts'
import {
  edcControlPlane,
  pathSecret,
  startEdcSignaling,
  type EdcUnderTest,
} from '../support/edc-fixture.ts'
import { edcSend } from '../support/edc-messages.ts'
import {
  newDirectory,
  startUnderTest,
  type ServiceUnderTest,
} from '../support/service-under-test.ts'
import { until } from '../support/until.ts'

const register = { register: true }
const often = { DSC_RECHECK_SECONDS: '1' }

interface Shown {
  readonly registeredAt: string | null
  readonly registrationProblem: string | null
}

async function manage(under: ServiceUnderTest, method: string, path: string, body?: unknown) {
  const response = await fetch(`${under.managementUrl}/v1/control-planes${path && `/${path}`}`, {
    method,
    headers: {
      'x-api-key': under.service.secrets.managementKey,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as never }
}

const codeOf = ({ body }: { readonly body: unknown }) => (body as { code: string }).code

const shown = async (under: ServiceUnderTest, id = 'edc') =>
  (await manage(under, 'GET', id)).body as Shown

const registered = (under: ServiceUnderTest, id = 'edc') =>
  until('the registration', async () => {
    const found = await shown(under, id)
    return found.registeredAt !== null && found
  })

const problem = (under: ServiceUnderTest, id = 'edc') =>
  until('the problem', async () => (await shown(under, id)).registrationProblem)

const only = ({ dataPlanes }: EdcConnector) => {
  assert.equal(dataPlanes.size, 1)
  return [...dataPlanes.values()][0] ?? assert.fail('no data plane')
}

const posts = ({ received }: EdcConnector) =>
  received.filter(({ method, path }) => method === 'POST' && path === '/v1/dataplanes').length

test('at start we are registered, at an address that the connector can use', async () => {
  await using edc = await startEdcSignaling({ controlPlane: register })
  const { under, connector } = edc
  await registered(under)
  const { url, ...rest } = only(connector)
  assert.equal(url, `${under.connectorUrl}/k/${pathSecret}/edc/v1/dataflows`)
  assert.deepEqual(rest, {
    '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
    '@type': 'DataPlaneInstance',
    '@id': `dataspace-compute-${under.service.app.settings.installationId}`,
    allowedSourceTypes: ['ComputeService'],
    allowedTransferTypes: ['HttpData-PULL', 'HttpData-PUSH'],
    destinationProvisionTypes: ['Workspace'],
    state: 'REGISTERED',
  })
  assert.equal((await edcSend(url, 'check')).status, 204)
  assert.ok(!(await manage(under, 'GET', 'edc')).text.includes(pathSecret))
  assert.equal((await shown(under)).registrationProblem, null)
})

test('the right entry is only looked at; what the connector has forgotten comes back', async () => {
  await using edc = await startEdcSignaling({ controlPlane: register, variables: often })
  const { connector, under } = edc
  await registered(under)
  const looks = () => connector.received.filter(({ method }) => method === 'GET').length
  await until('three more looks', () => looks() >= 5)
  assert.equal(posts(connector), 1)
  const before = (await shown(under)).registeredAt ?? ''
  connector.dataPlanes.clear()
  await until('the entry', () => connector.dataPlanes.size === 1)
  await until('the confirmation', async () => ((await shown(under)).registeredAt ?? '') > before)
  assert.equal(posts(connector), 2)
})

test('an entry with somebody else’s address is never taken over, until a person removes it', async () => {
  const directory = newDirectory()
  await using connector = await startEdcConnector()
  const setup = { directory, connector, controlPlane: register, variables: often }
  {
    await using first = await startEdcSignaling(setup)
    await registered(first.under)
  }
  const { '@id': id, ...rest } = only(connector)
  const foreign = { ...rest, '@id': id, url: 'http://other.example.com/k/their-secret/dataflows' }
  connector.dataPlanes.set(id, foreign)
  {
    await using second = await startEdcSignaling(setup)
    const text = await problem(second.under)
    assert.match(text, /has an entry dataspace-compute-\w+ with the address http:\/\/other/)
    assert.match(text, /remove it at the connector/)
    assert.doesNotMatch(text, /their-secret/)
    assert.equal((await shown(second.under)).registeredAt, null)
    assert.equal(only(connector).url, foreign.url)
    const refused = await manage(second.under, 'POST', 'edc/unregister')
    assert.equal(refused.status, 409)
    assert.equal(only(connector).url, foreign.url)
  }
  {
    await using third = await startEdcSignaling(setup)
    await problem(third.under)
    connector.dataPlanes.clear()
    await registered(third.under)
    assert.equal((await shown(third.under)).registrationProblem, null)
  }
  await rm(directory, { recursive: true })
})

test('an address of our own that has changed is registered anew', async () => {
  const directory = newDirectory()
  await using connector = await startEdcConnector()
  const secret = 'another-path-secret-of-the-connector'
  {
    await using first = await startEdcSignaling({ directory, connector, controlPlane: register })
    await registered(first.under)
  }
  await using under = await startUnderTest({
    directory,
    controlPlanes: {
      'edc.control-plane.yaml': edcControlPlane(connector, {
        ...register,
        inbound: { type: 'path-secret', secret },
      }),
    },
  })
  const url = `${under.connectorUrl}/k/${secret}/edc/v1/dataflows`
  await until('the new address', () => only(connector).url === url)
  await under[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

test('a connector that is down at the start is told later, and the problem can be read meanwhile', async () => {
  const down = await startEdcConnector()
  const { port } = down
  await down[Symbol.asyncDispose]()
  await using edc = await startEdcSignaling({ connector: down, controlPlane: register })
  assert.match(await problem(edc.under), /did not answer|refused/i)
  await using up = await startEdcConnector(port)
  await registered(edc.under)
  assert.equal(up.dataPlanes.size, 1)
})

test('a control API that lists no data planes is asked through the management API', async (t) => {
  const dps = await startDpsConnector(t, 'key')
  await using connector = await startEdcConnector()
  connector.interfere = ({ method, path }) =>
    method === 'GET' && path === '/v1/dataplanes' ? 404 : undefined
  dps.state.respond = ({ headers }) =>
    headers['x-api-key'] === 'key'
      ? { status: 200, body: JSON.stringify([...connector.dataPlanes.values()]) }
      : { status: 401 }
  await using edc = await startEdcSignaling({
    connector,
    controlPlane: { ...register, management: { url: dps.managementUrl, key: 'key' } },
  })
  await registered(edc.under)
  assert.ok(dps.received.every(({ path }) => path === '/management/v4/dataplanes'))
})

async function openFlow(edc: EdcUnderTest) {
  const { processId } = await edc.open()
  return () => edc.terminate(processId)
}

test('unregistering is refused while flows live; then the entry is gone, and stays away', async () => {
  await using edc = await startEdcSignaling({ controlPlane: register, variables: often })
  const { under, connector } = edc
  await registered(under)
  const end = await openFlow(edc)
  const refused = await manage(under, 'POST', 'edc/unregister')
  assert.deepEqual([refused.status, codeOf(refused)], [409, 'state-conflict'])
  assert.equal(connector.dataPlanes.size, 1)
  await end()
  const taken = await manage(under, 'POST', 'edc/unregister')
  assert.equal(taken.status, 200, taken.text)
  assert.equal((taken.body as Shown).registeredAt, null)
  assert.equal(connector.dataPlanes.size, 0)
  assert.equal((await manage(under, 'POST', 'edc/unregister')).status, 200, 'twice does no harm')
  const { work } = under.service.app.database.read
  const later = new Date(Date.now() + 86_400_000)
  assert.deepEqual(await work.claim('registration', 'test', 10, 1000, later), [])
  connector.interfere = () => 503
  const unavailable = await manage(under, 'POST', 'edc/unregister')
  assert.deepEqual([unavailable.status, codeOf(unavailable)], [503, 'connector-unavailable'])
})

test('a control plane that is made or changed by the management API is registered, and taken back when it is removed', async () => {
  await using connector = await startEdcConnector()
  await using under = await startUnderTest()
  const definition = edcControlPlane(connector, register)
  assert.equal((await manage(under, 'POST', '', definition)).status, 201)
  await registered(under)
  await manage(under, 'POST', 'edc/unregister')
  assert.equal(connector.dataPlanes.size, 0)
  assert.equal((await manage(under, 'PUT', 'edc', definition)).status, 200)
  await registered(under)
  assert.equal(connector.dataPlanes.size, 1)
  assert.equal((await manage(under, 'DELETE', 'edc')).status, 204)
  assert.equal(connector.dataPlanes.size, 0)
})

test('a control plane is removed although its connector cannot be reached', async () => {
  const connector = await startEdcConnector()
  await using under = await startUnderTest()
  assert.equal((await manage(under, 'POST', '', edcControlPlane(connector, register))).status, 201)
  await registered(under)
  await connector[Symbol.asyncDispose]()
  assert.equal((await manage(under, 'DELETE', 'edc')).status, 204)
  assert.equal((await manage(under, 'GET', 'edc')).status, 404)
})

test('a control plane whose file is gone forgets us; with living flows it stays', async () => {
  await using edc = await startEdcSignaling({ controlPlane: register })
  const { under, connector } = edc
  await registered(under)
  const end = await openFlow(edc)
  const file = join(under.directory, 'control-planes', 'edc.control-plane.yaml')
  await unlink(file)
  await under.service.reload()
  assert.equal(connector.dataPlanes.size, 1)
  await end()
  const { controlPlanes } = under.service.app.database.read
  await controlPlanes.update({ id: 'edc' }, { managedBy: 'file' })
  await under.service.reload()
  assert.equal(connector.dataPlanes.size, 0)
  assert.equal((await manage(under, 'GET', 'edc')).status, 404)
})

const dpsFile = (management: object) => ({
  id: 'new',
  protocol: 'dps',
  inbound: { type: 'path-secret', secret: pathSecret },
  management,
  register: true,
})

test('Data Plane Signaling is registered at the management API, and the list is looked at', async (t) => {
  const connector = await startDpsConnector(t, 'management-key')
  const management = { url: connector.managementUrl, key: 'management-key' }
  await using under = await startUnderTest({
    controlPlanes: { 'new.control-plane.yaml': dpsFile(management) },
  })
  await registered(under, 'new')
  const methods = connector.received.map(({ method, path }) => `${method} ${path}`)
  const list = 'GET /management/v4/dataplanes'
  assert.deepEqual(methods, [list, 'PUT /management/v4/dataplanes', list])
  const body = JSON.parse(connector.received[1]?.body ?? '') as Record<string, unknown>
  assert.equal(body['endpoint'], `${under.connectorUrl}/k/${pathSecret}/signaling/v1/dataflows`)
  assert.deepEqual(Object.keys(body), ['dataplaneId', 'endpoint', 'transferTypes', 'labels'])
  assert.ok((body['transferTypes'] as string[]).includes('HttpData-PULL'))
  const checks = await manage(under, 'POST', 'new/test')
  const named = (checks.body as { checks: { name: string; ok: boolean }[] }).checks
  assert.deepEqual(
    named.slice(-3).map(({ name, ok }) => [name, ok]),
    [
      ['registered URL', true],
      ['transfer types', true],
      ['availability', false],
    ],
  )
})

test('a registration that was taken but registers no transfer type is a problem', async (t) => {
  const connector = await startDpsConnector(t, 'key')
  const answer = connector.state.respond
  connector.state.respond = (request, index) => {
    if (request.method !== 'PUT') return answer(request, index)
    const body = { ...(JSON.parse(request.body) as object), transferTypes: [] }
    return answer({ ...request, body: JSON.stringify(body) }, index)
  }
  await using under = await startUnderTest({
    controlPlanes: {
      'new.control-plane.yaml': dpsFile({ url: connector.managementUrl, key: 'key' }),
    },
  })
  assert.match(await problem(under, 'new'), /The registration was taken, but HttpData-PULL/)
  assert.equal((await shown(under, 'new')).registeredAt, null)
})

const refusals = [
  ['a wrong key', '/management/v4', 'wrong', /management API answers 401: the credential/],
  ['a wrong address', '/management', 'key', /management API answers 404: is the address right\?/],
] as const
for (const [why, path, key, expected] of refusals) {
  test(`${why} of the management API is told as what it is`, async (t) => {
    const connector = await startDpsConnector(t, 'key')
    await using under = await startUnderTest({
      controlPlanes: {
        'new.control-plane.yaml': dpsFile({ url: `${connector.url}${path}`, key }),
      },
    })
    assert.match(await problem(under, 'new'), expected)
    assert.equal(connector.entries.size, 0)
  })
}
