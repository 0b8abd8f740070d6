import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openingBody, property, signal } from '../support/control-plane-under-test.ts'
import {
  MiB,
  startWorld,
  type OpenedFlow,
  type Seen,
  type World,
} from '../support/two-agreements-open.ts'
import { beginUpload, sha256 } from '../support/two-agreements-upload.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

let world: World
let flow: OpenedFlow

before(async () => {
  world = await startWorld({ services: { 'any.service.yaml': nodeService('any', '') } })
  flow = await world.open()
})
after(() => world[Symbol.asyncDispose]())

const hex = (bytes: string | Uint8Array) => sha256(bytes).toString('hex')

async function expectation(input: string, more: object = {}): Promise<Seen> {
  const { status, seen, text } = await flow.ask('POST', '/transfers', {
    input,
    expect: true,
    ...more,
  })
  assert.equal(status, 201, text)
  return seen
}

const tokenOf = ({ dataDestination }: Seen) => dataDestination.authCode.replace('Bearer ', '')

async function deliver({ dataDestination }: Seen, body: string | Uint8Array, headers = {}) {
  const response = await fetch(dataDestination.baseUrl, {
    method: 'POST',
    headers: { authorization: dataDestination.authCode, ...headers },
    body: body as string,
  })
  return { status: response.status, body: (await response.json()) as Seen }
}

const open = (expected: Seen, headers = {}) =>
  beginUpload(expected.dataDestination.baseUrl, tokenOf(expected), headers, 'POST')

async function keys() {
  const { seen } = await flow.ask('GET', '/workspace')
  const { store } = world.under.service.app
  const { objects } = await store.list(seen.store.bucket, { prefix: 'inputs/' })
  return objects.map(({ key }) => key)
}

test('the first complete body wins: equal again 200, another 409, a wrong token 401', async () => {
  const expected = await expectation('once')
  const wrong = await deliver(expected, 'x', { authorization: 'Bearer dss_wrong' })
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'unauthenticated'])
  const bytes = 'delivered'
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await deliver(expected, bytes)
    const told = { transferId: expected.id, bytes: bytes.length, sha256: hex(bytes) }
    assert.deepEqual([status, body], [200, told])
  }
  for (const other of ['delivereD', 'delivered and more', '']) {
    const { status, body } = await deliver(expected, other)
    assert.deepEqual([status, body.code], [409, 'already-delivered'])
  }
  assert.equal((await flow.ask('GET', '/inputs/once')).text, bytes)
  const { seen } = await flow.ask('GET', `/transfers/${expected.id}`)
  assert.deepEqual([seen.state, seen.sha256, seen.bytesDone], ['SUCCEEDED', hex(bytes), 9])
})

test('a body may be chunked, slow and long', async () => {
  const expected = await expectation('chunked')
  const bytes = randomBytes(20 * MiB)
  const { request, answer } = open(expected)
  request.write(bytes.subarray(0, 9 * MiB))
  await flow.reaches(`/transfers/${expected.id}`, 'RUNNING')
  const second = await deliver(expected, 'second')
  assert.deepEqual([second.status, second.body.code], [409, 'state-conflict'])
  const put = await flow.ask('PUT', '/inputs/chunked', 'second')
  assert.deepEqual([put.status, put.seen.code], [409, 'input-in-use'])
  request.end(bytes.subarray(9 * MiB))
  const { status, body } = await answer
  assert.deepEqual([status, body['sha256']], [200, hex(bytes)])
})

test('a body of another length or digest than expected is not taken; the right one is afterwards', async () => {
  for (const [name, expects] of [
    ['by-length', { bytes: 5 }],
    ['by-digest', { sha256: hex('right') }],
  ] as const) {
    const expected = await expectation(name, expects)
    const code = name === 'by-length' ? 'length-mismatch' : 'digest-mismatch'
    const wrong = await deliver(expected, 'wrong one')
    assert.deepEqual([wrong.status, wrong.body.code], [422, code])
    const chunked = open(expected)
    chunked.request.write('wro')
    chunked.request.end('ng one')
    assert.deepEqual((await chunked.answer).status, 422)
    assert.ok(!(await keys()).includes(`inputs/${name}`), `${name} is left`)
    assert.equal((await flow.ask('GET', `/inputs/${name}`)).status, 404)
    const { seen } = await flow.ask('GET', `/transfers/${expected.id}`)
    assert.equal(seen.state, 'EXPECTED')
    assert.equal((await deliver(expected, 'right')).status, 200)
  }
})

test('nothing is left of a body that breaks, and the expectation waits on', async () => {
  const expected = await expectation('breaks')
  const { request, answer } = open(expected, { 'content-length': '1000' })
  request.write('half')
  await flow.reaches(`/transfers/${expected.id}`, 'RUNNING')
  request.destroy()
  await assert.rejects(answer)
  await flow.reaches(`/transfers/${expected.id}`, 'EXPECTED')
  assert.ok(!(await keys()).includes('inputs/breaks'))
  assert.equal((await deliver(expected, 'whole')).status, 200)
})

test('a cancelled transfer ends its sink; what was sent is not there', async () => {
  const expected = await expectation('cancelled')
  const { request, answer } = open(expected)
  request.write('half')
  await flow.reaches(`/transfers/${expected.id}`, 'RUNNING')
  await flow.ask('POST', `/transfers/${expected.id}/cancel`)
  await flow.reaches(`/transfers/${expected.id}`, 'CANCELLED')
  assert.deepEqual((await answer).status, 409)
  request.destroy()
  assert.ok(!(await keys()).includes('inputs/cancelled'))
  assert.equal((await flow.ask('GET', '/inputs/cancelled')).status, 404)
  assert.equal((await deliver(expected, 'late')).body.code, 'state-conflict')
})

test('an expectation that nothing fulfils in its time fails as input-timeout', async () => {
  const expected = await expectation('late', { waitSeconds: 60 })
  world.advance(61)
  const { failure } = await flow.reaches(`/transfers/${expected.id}`, 'FAILED')
  assert.deepEqual([failure?.class, failure?.code], ['data', 'input-timeout'])
  assert.equal((await deliver(expected, 'late')).status, 409)
})

test('a prepared push brings its bytes into the named workspace, and nothing while it is suspended', async () => {
  const { seen: workspace } = await flow.ask('GET', '/workspace')
  const { connectorUrl } = world.under
  const message = openingBody({
    transferType: 'HttpData-PUSH',
    agreementId: 'data-contract',
    metadata: { workspace: workspace.id, input: 'partner' },
  })
  const prepared = await signal(connectorUrl, 'prepare', message)
  assert.equal(prepared.status, 200, JSON.stringify(prepared.body))
  const url = prepared.body.dataAddress?.endpoint ?? ''
  const token = property(prepared, 'authorization')
  const tell = (kind: string) =>
    signal(connectorUrl, `${message.processId}/${kind}`, { messageId: randomUUID() })
  await tell('started')
  await tell('suspend')
  const refused = beginUpload(url, token, {}, 'PUT')
  refused.request.end('bytes')
  const suspended = await refused.answer
  assert.deepEqual([suspended.status, suspended.body['code']], [403, 'workspace-suspended'])
  await tell('resume')
  const running = beginUpload(url, token, {}, 'PUT')
  running.request.write('half')
  await until('the half', async () => {
    const { items } = (await flow.ask('GET', '/transfers?input=partner')).seen
    return items[0]?.state === 'RUNNING'
  })
  await tell('suspend')
  const cut = await running.answer
  assert.deepEqual([cut.status, cut.body['code']], [403, 'workspace-suspended'])
  await tell('resume')
  const whole = beginUpload(url, token, {}, 'PUT')
  whole.request.end('bytes')
  assert.equal((await whole.answer).status, 200)
  assert.equal((await flow.ask('GET', '/inputs/partner')).text, 'bytes')
  assert.equal((await tell('terminate')).status, 200)
  assert.equal((await flow.ask('GET', '/inputs/partner')).text, 'bytes')
})
