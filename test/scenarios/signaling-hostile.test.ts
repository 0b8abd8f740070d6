import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openingBody } from '../support/control-plane-under-test.ts'
import { sendRaw } from '../support/raw-signal.ts'
import { message, startSignaling, type SignalingUnderTest } from '../support/signaling-fixture.ts'

let signaling: SignalingUnderTest

before(async () => {
  signaling = await startSignaling()
})

after(() => signaling[Symbol.asyncDispose]())

const raw = (
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
) => sendRaw(signaling.under.connectorUrl, method, path, body, headers)

const startRaw = (fields: Readonly<Record<string, unknown>>) =>
  raw('POST', 'dataflows/start', JSON.stringify({ ...openingBody(), ...fields }))

const prepareRaw = (fields: Readonly<Record<string, unknown>>) =>
  raw('POST', 'dataflows/prepare', JSON.stringify({ ...openingBody(), ...fields }))

test('both wire shapes are taken, and unknown fields are ignored', async () => {
  const shapes = [
    { profile: 'HttpData-PULL', transferType: undefined, callbackAddress: null },
    { profile: 'HttpData-PULL', transferType: undefined, callbackAddress: undefined },
    { profile: 'HttpData-PULL', transferType: 'HttpData-PUSH' },
    { profile: null, transferType: 'HttpData-PULL' },
    { '@context': ['https://w3id.org/dspace'], '@type': 'DataFlowStartMessage', extra: { a: [1] } },
    { claims: null, labels: null, metadata: null, dataAddress: null },
    { claims: undefined, labels: undefined, metadata: undefined },
  ]
  for (const shape of shapes) {
    const { status, text: content } = await startRaw(shape)
    assert.equal(status, 200, content)
    const address = (JSON.parse(content) as { dataAddress?: { endpointType: string } }).dataAddress
    assert.equal(address?.endpointType, 'HttpData-PULL')
  }
})

test('missing fields and wrong types are 400', async () => {
  const required = ['messageId', 'participantId', 'counterPartyId', 'dataspaceContext']
  const names = [...required, 'processId', 'agreementId', 'datasetId', 'transferType']
  for (const name of names) {
    for (const value of [undefined, null, 5, true, {}, [], ''] as const) {
      assert.equal(
        (await startRaw({ [name]: value })).status,
        400,
        `${name} ${JSON.stringify(value)}`,
      )
    }
  }
  const wrong = [
    { metadata: 'text' },
    { labels: 'text' },
    { claims: [] },
    { dataAddress: 'text' },
    { callbackAddress: 7 },
    { dataAddress: { endpointProperties: 'text' } },
    { dataAddress: { endpointProperties: [{ value: 'nameless' }] } },
  ]
  for (const fields of wrong) {
    assert.equal((await startRaw(fields)).status, 400, JSON.stringify(fields))
  }
})

test('bodies that are no objects are 400 in every operation', async () => {
  const { body } = await signaling.start()
  const id = body.dataFlowId ?? ''
  const operations = ['prepare', 'start', `${id}/started`, `${id}/suspend`, `${id}/resume`]
  for (const operation of [...operations, `${id}/terminate`, `${id}/completed`]) {
    for (const content of ['[]', '"text"', '5', 'true', '{', '{]', 'undefined', "{'a':1}"]) {
      const { status } = await raw('POST', `dataflows/${operation}`, content)
      assert.equal(status, 400, `${operation} ${content}`)
    }
  }
  assert.equal(await signaling.state(id), 'STARTED')
})

test('messages with nothing in them are answered right', async () => {
  const { body } = await signaling.start()
  const id = body.dataFlowId ?? ''
  for (const content of [undefined, '', '{}', 'null', '{"messageId":null}']) {
    assert.equal((await raw('POST', `dataflows/${id}/suspend`, content)).status, 200)
    assert.equal(await signaling.state(id), 'SUSPENDED')
    const resumed = await raw('POST', `dataflows/${id}/resume`, content)
    assert.equal(resumed.status, 200, resumed.text)
    const answer = JSON.parse(resumed.text) as { state: string; messageId: string }
    assert.equal(answer.state, 'STARTED')
    assert.ok(answer.messageId)
  }
  assert.equal((await raw('POST', `dataflows/${id}/started`, '{}')).status, 400)
  assert.equal((await raw('POST', `dataflows/${id}/completed`, 'null')).status, 200)
  assert.equal((await raw('POST', `dataflows/${id}/terminate`)).status, 200)
})

test('an empty messageId is no messageId', async () => {
  const { body } = await signaling.start()
  const id = body.dataFlowId ?? ''
  for (const state of ['SUSPENDED', 'STARTED', 'SUSPENDED', 'STARTED']) {
    const operation = state === 'STARTED' ? 'resume' : 'suspend'
    const { status } = await raw('POST', `dataflows/${id}/${operation}`, '{"messageId":""}')
    assert.ok(status === 200 || status === 400, String(status))
    if (status === 200) assert.equal(await signaling.state(id), state)
  }
})

test('a body of 1 MiB is taken, a bit more is 413, announced or not', async () => {
  const limit = 1_048_576
  const filled = (bytes: number) => {
    const opening = { ...openingBody(), padding: '' }
    const length = Buffer.byteLength(JSON.stringify(opening))
    return JSON.stringify({ ...opening, padding: 'x'.repeat(bytes - length) })
  }
  assert.equal((await raw('POST', 'dataflows/start', filled(limit))).status, 200)
  assert.equal((await raw('POST', 'dataflows/start', filled(limit + 1))).status, 413)
  const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
  assert.equal((await raw('POST', 'dataflows/start', filled(limit), chunked)).status, 200)
  assert.equal((await raw('POST', 'dataflows/start', filled(limit + 1), chunked)).status, 413)
  const deep = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`
  assert.equal((await raw('POST', 'dataflows/start', deep)).status, 400)
  const many = { metadata: Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [n, n])) }
  assert.equal((await startRaw(many)).status, 200)
})

test('invalid UTF-8, odd text and keys of prototypes do no harm', async () => {
  const broken = Buffer.concat([Buffer.from('{"messageId":"'), Buffer.from([0xff, 0xfe, 0x22])])
  assert.equal((await raw('POST', 'dataflows/start', broken)).status, 400)
  const proto = JSON.stringify(openingBody()).replace('{', '{"__proto__":{"polluted":true},')
  assert.equal((await raw('POST', 'dataflows/start', proto)).status, 400)
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  for (const name of ['messageId', 'processId', 'agreementId', 'counterPartyId', 'datasetId']) {
    for (const value of ['a\u0000b', '\ud800', '\u202e', "'; DROP TABLE flows; --", '😀'])
      await startRaw({ [name]: value })
  }
})

test('a key that is given twice counts as its last value', async () => {
  const { processId, ...rest } = openingBody()
  const body = JSON.stringify(rest).replace('{', `{"processId":"first","processId":"${processId}",`)
  assert.equal((await raw('POST', 'dataflows/start', body)).status, 200)
  assert.equal(await signaling.state(processId), 'STARTED')
  assert.equal(await signaling.state('first'), 404)
})

test('values that cannot become text are refused, not met with an error', async () => {
  const odd = { toString: 1, valueOf: 1 }
  const metadata = [{ computeServices: [odd] }, { computeServices: odd }, { computeServices: [[]] }]
  for (const one of metadata) assert.ok((await startRaw({ metadata: one })).status < 500)
  const targets = [{ workspace: odd }, { workspace: [odd] }, { input: odd }, { workspace: null }]
  for (const one of targets) {
    const { status } = await prepareRaw({ metadata: one })
    assert.ok(status === 400 || status === 404, `${JSON.stringify(one)} ${status}`)
  }
  const { body } = await signaling.prepare()
  const dataAddress = {
    endpointType: 'HttpData',
    endpoint: 'http://127.0.0.1:1/',
    headers: { odd },
  }
  const started = JSON.stringify({ ...message(), dataAddress })
  const { status } = await raw('POST', `dataflows/${body.dataFlowId ?? ''}/started`, started)
  assert.ok(status >= 400 && status < 500, String(status))
})

test('only JSON in UTF-8 is taken', async () => {
  const body = () => JSON.stringify(openingBody())
  const send = async (type: string | undefined, more: Record<string, string> = {}) =>
    (
      await raw('POST', 'dataflows/start', body(), {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...more,
      })
    ).status
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/ld+json',
    undefined,
  ])
    assert.equal(await send(type), 200, String(type))
  for (const type of ['text/plain', 'application/xml', 'application/json; charset=utf-16', ';'])
    assert.equal((await send(type)) === 200, type === ';', type)
  assert.equal(await send('application/json', { 'content-encoding': 'gzip' }), 415)
})
