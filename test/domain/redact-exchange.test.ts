import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ObservedExchange } from '../../src/domain/exchange.ts'
import { redactExchange } from '../../src/domain/redact-exchange.ts'

const ns = 'https://w3id.org/edc/v0.0.1/ns/'
const canary = 'c4n4ry-Vq8sT2mZ'

const redacted = (changes: Partial<ObservedExchange>) =>
  redactExchange({
    controlPlaneId: 'edc',
    at: new Date(0),
    direction: 'in',
    method: 'POST',
    url: '/signaling/v1/dataflows/start',
    status: 200,
    durationMs: 3.6,
    request: undefined,
    response: undefined,
    ...changes,
  })

const secretBodies: readonly (readonly [string, unknown])[] = [
  ['a property', { authorization: canary }],
  ['a namespaced property', { [`${ns}authCode`]: canary }],
  ['a prefixed property', { 'edc:secretAccessKey': canary, 'edc:accessKeyId': canary }],
  ['a header of an HTTP data address', { [`${ns}header:X-Custom`]: canary }],
  ['any letter case', { refreshToken: canary, 'API-KEY': canary, Client_Secret: canary }],
  ['a whole object', { authorization: { type: 'oauth2', anything: canary } }],
  ['JSON-LD values', { [`${ns}token`]: [{ '@value': canary }] }],
  ['numbers', { password: 8_236_145 }],
  ['an endpoint property', { endpointProperties: [{ name: 'authorization', value: canary }] }],
  [
    'an endpoint property of the older signaling',
    {
      'dspace:endpointProperties': {
        '@type': 'dspace:EndpointProperty',
        'dspace:name': `${ns}authKey`,
        'dspace:value': canary,
      },
    },
  ],
  [
    'an expanded endpoint property',
    [{ [`${ns}name`]: [{ '@value': 'token' }], [`${ns}value`]: [{ '@value': canary }] }],
  ],
  ['a pair under other names', { header: 'X-Api-Key', value: canary }],
  ['a pair as a list', { headers: [['authorization', canary]] }],
  ['JSON inside of a text', { properties: JSON.stringify({ a: [{ accessKeyId: canary }] }) }],
  ['broken JSON inside of a text', { properties: `{"accessKeyId": "${canary}` }],
  [
    'the query of an address',
    { baseUrl: `https://files.example/a.csv?sig=${canary}&x=a ${canary}` },
  ],
  ['the fragment of an address', { endpoint: `https://files.example/#${canary}` }],
  ['the user of an address', { baseUrl: `https://user:${canary}@files.example/a.csv` }],
  ['a password that was not encoded', { baseUrl: `https://user:a/${canary}@files.example/a.csv` }],
  [
    'an address inside of a sentence',
    { detail: `no answer of http://u:${canary}@h/p?t=${canary}` },
  ],
  ['a connection string', { detail: `AccountName=a;AccountKey=${canary};Suffix=b` }],
  ['an assignment', { errorMessage: `401 for token: ${canary}` }],
  ['a path secret of ours', { url: `http://ours/k/${canary}/edc/v1/dataflows` }],
  ['a token of the events', { callback: `http://ours/events/v1/edc/${canary}/compute` }],
  ['a token of an expectation', { callbackAddress: `http://ours/callbacks/v1/${canary}` }],
  ['a bearer value', { endpointProperties: [{ name: 'x', value: `Bearer ${canary}-0123456789` }] }],
  ['a JWT', { x: `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.${canary}` }],
  ['a text that is no JSON', `token=${canary}`],
  ['HTML', `<html>${canary}</html>`],
  ['broken JSON', `{"authorization": "${canary}"`],
  ['JSON as text', JSON.stringify({ authorization: canary })],
  ['a key called __proto__', JSON.parse(`{"__proto__": {"token": "${canary}"}}`)],
  ['the name of a property', { [`http://h/p?sig=${canary}`]: 1 }],
]

test('no body shows a secret, whichever way it is written', () => {
  for (const [what, body] of secretBodies) {
    const { request, response } = redacted({ request: body, response: body })
    assert.doesNotMatch(String(request), /c4n4ry|8236145/, what)
    assert.equal(response, request, what)
    assert(request !== null, what)
  }
})

test('no path shows a secret or a query', () => {
  const pathOf = (url: string) => redacted({ url }).path
  assert.equal(pathOf(`/k/${canary}/edc/v1/dataflows/check`), '/k/…/edc/v1/dataflows/check')
  assert.equal(
    pathOf(`/k/${canary}/edc/v1/dataflows/start?x=${canary}`),
    '/k/…/edc/v1/dataflows/start',
  )
  assert.equal(pathOf(`/events/v1/edc/${canary}/compute`), '/events/v1/edc/…/compute')
  assert.equal(pathOf(`/events/v1/edc/${canary}`), '/events/v1/edc/…')
  assert.equal(
    pathOf(`http://u:${canary}@edc:9191/api/control/v1?k=${canary}#${canary}`),
    '/api/control/v1',
  )
  assert.equal(pathOf(`no url ${canary}`), '…')
})

test('what is no secret is kept as it was sent', () => {
  const body = {
    '@context': { '@vocab': ns },
    processId: 'p1',
    datasetId: 'table-summary',
    flowType: 'PULL',
    callbackAddress: 'http://connector:9191/api/control',
    destinationDataAddress: null,
    asynchronous: false,
    attempts: 3,
    'dspace:endpointProperties': [{ 'dspace:name': `${ns}service`, 'dspace:value': 'sum' }],
    errors: [{ pointer: '/processId', code: 'required', detail: 'is missing' }],
  }
  const { request, response, durationMs } = redacted({ request: body, response: '' })
  assert.deepEqual(JSON.parse(String(request)), body)
  assert.deepEqual([response, durationMs], [null, 4])
  const text = redacted({ response: 'Unauthorized' }).response
  assert.equal(text, '"(12 characters that are not JSON)"')
})

test('the transfer process is found in paths and bodies of all protocols', () => {
  const process = (url: string, request?: unknown) => redacted({ url, request }).processId
  const start = { messageId: 'm', processId: 'p1' }
  assert.equal(process('/signaling/v1/dataflows/start', start), 'p1')
  assert.equal(process('/signaling/v1/dataflows/p%201/suspend', { processId: 'x' }), 'p 1')
  assert.equal(process('/k/0123456789abcdef/edc/v1/dataflows/p1/terminate'), 'p1')
  assert.equal(process('http://edc/api/control/transferprocess/p1/complete'), 'p1')
  assert.equal(process('http://edc/management/v3/transferprocesses/p1'), 'p1')
  assert.equal(process('http://edc/signaling/transfers/p1/dataflow/started'), 'p1')
  assert.equal(process('/provisioner/v1/provision', { transferProcessId: 'p1' }), 'p1')
  assert.equal(process('/provisioner/v1/provision', { flowId: 'p1', type: 'provision' }), 'p1')
  assert.equal(process('/events/v1/edc/x', { payload: { transferProcessId: 'p1' } }), 'p1')
  const callback = { url: 'http://edc/provisioning/p1/r1/deprovision', processId: 'p1' }
  assert.equal(redacted(callback).processId, 'p1')
  assert.equal(
    redacted({ ...callback, processId: `Bearer ${canary}` }).processId?.includes(canary),
    false,
  )
  assert.equal(process('/edc/v1/dataflows/check'), null)
  assert.equal(process('http://edc/management/v3/dataplanes', [{ '@id': 'x' }]), null)
})

test('whatever is sent, what is kept is JSON of at most 4 KiB, and a secret in it never shows', () => {
  const secretNamed = fc.tuple(
    fc.constantFrom('authorization', 'edc:authCode', `${ns}token`, 'secretAccessKey', 'x-api-key'),
    fc.jsonValue(),
  )
  const trees = fc.jsonValue({ maxDepth: 20 })
  const property = fc.property(trees, secretNamed, trees, (before, [name], after) => {
    const body = { before, inner: [{ [name]: { deep: canary } }], after, [name]: canary }
    const { request } = redacted({ request: body })
    const kept = String(request)
    assert(Buffer.byteLength(kept) <= 4096)
    assert.doesNotThrow(() => void JSON.parse(kept))
    assert(!kept.includes(canary))
  })
  fc.assert(property, { numRuns: 500 })
  const large = {
    list: Array.from({ length: 5000 }, (_, index) => ({ index, text: '\u0001'.repeat(900) })),
  }
  const nested = {
    text: JSON.stringify({ text: '"\\'.repeat(800), more: JSON.stringify({ a: '"'.repeat(900) }) }),
  }
  const wide = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`name-${index}`, index]),
  )
  for (const body of [large, nested, wide, [[[[large, nested]]]], JSON.stringify(large)]) {
    const kept = String(redacted({ request: body }).request)
    assert(Buffer.byteLength(kept) <= 4096, String(Buffer.byteLength(kept)))
    JSON.parse(kept)
  }
})
