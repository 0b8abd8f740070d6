import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'node:test'
import { consumerDocument } from '../../src/generated/consumer-document.ts'
import { edcSignalingDocument } from '../../src/generated/edc-signaling-document.ts'
import { managementDocument } from '../../src/generated/management-document.ts'
import { provisionerDocument } from '../../src/generated/provisioner-document.ts'
import { signalingDocument } from '../../src/generated/signaling-document.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { defineApi } from '../../src/http/api.ts'
import { createContract } from '../../src/http/contract.ts'
import { createListener } from '../../src/http/listener.ts'
import { sampleApi, sampleDocument, startSample } from './sample-api.ts'

const run = promisify(execFile)
const script = (name: string) => fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url))
const documents = {
  consumer: consumerDocument,
  signaling: signalingDocument,
  edcSignaling: edcSignalingDocument,
  provisioner: provisionerDocument,
  management: managementDocument,
}

/** An API of one operation, with an authentication of its own. */
const otherApi = defineApi<Record<string, unknown>, Record<string, string>, { key: unknown }>({
  name: 'other',
  document: {
    openapi: '3.1.0',
    info: { title: 'Other', version: '1' },
    servers: [{ url: '/' }, { url: '/k/{secret}' }],
    security: [{ key: [] }],
    paths: {
      '/others/{name}': {
        post: {
          operationId: 'visitOther',
          parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            '200': {
              description: 'Fine.',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
          },
        },
      },
    },
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
  },
  handlers: {
    visitOther: ({ path, principal }: { path: { name: string }; principal: unknown }) =>
      Promise.resolve({ status: 200, body: { by: `${String(principal)} ${path.name}` } }),
  } as never,
  authenticate: {
    key: ({ headers }) =>
      Promise.resolve(headers['x-key'] ?? new ProblemError('unauthenticated', 'No key.')),
  },
})

test('generated files fit the documents', async () => {
  await run(process.execPath, [script('generate-types.ts'), '--check'])
})

test('the documents pass the linter', async () => {
  await run(process.execPath, [script('lint-openapi.ts')])
})

test('every example of a success fits its schema as the listener checks it', async () => {
  let examples = 0
  for (const document of Object.values(documents)) {
    const contract = await createContract(document)
    for (const operation of contract.operations.values()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const [type, media] of Object.entries(response.content ?? {})) {
          if (!('example' in media) || !/json$/.test(type)) continue
          const errors = contract.checkResponse(operation, Number(status), type, media.example)
          assert.deepEqual(errors, [], `${operation.id} ${status}`)
          examples += 1
        }
      }
    }
  }
  assert.ok(examples > 100)
})

test('an address without profile and without transfer type is refused, both shapes are read', async () => {
  const contract = await createContract(signalingDocument)
  const operation = contract.operations.get('startDataFlow')
  assert.ok(operation)
  const ids = [
    'messageId',
    'participantId',
    'counterPartyId',
    'dataspaceContext',
    'processId',
    'agreementId',
    'datasetId',
  ]
  const message = Object.fromEntries(ids.map((id) => [id, 'x']))
  const check = (extra: object) =>
    contract.check(operation, {
      path: '/signaling/v1/dataflows/start',
      query: {},
      headers: { 'content-type': 'application/json' },
      body: { ...message, ...extra },
    }).errors.length
  assert.equal(check({ profile: 'HttpData-PULL', callbackAddress: null }), 0)
  assert.equal(
    check({ transferType: 'HttpData-PULL', callbackAddress: 'http://x', unknown: { a: 1 } }),
    0,
  )
  assert.equal(check({ profile: null, transferType: 'HttpData-PULL' }), 0)
  assert.equal(
    check({ profile: 'x', dataAddress: { endpointProperties: [{ name: 'a', value: 5 }] } }),
    0,
  )
  assert.notEqual(check({}), 0)
  assert.notEqual(check({ profile: null }), 0)
  assert.notEqual(check({ profile: 5 }), 0)
})

test('a listener serves its document, those of others by name, and pages that need nothing from outside', async (t) => {
  const { call } = await startSample(t, { others: [otherApi] })
  const served = (await (await call('GET', '/openapi.json')).json()) as typeof sampleDocument
  assert.deepEqual(served.paths, sampleDocument.paths)
  assert.deepEqual(served.servers, [{ url: './' }])
  const other = (await (await call('GET', '/openapi/other.json')).json()) as typeof sampleDocument
  assert.deepEqual(
    other.servers.map(({ url }) => url),
    ['../', '../k/{secret}'],
  )
  const own = (await (await call('GET', '/openapi/sample.json')).json()) as typeof sampleDocument
  assert.deepEqual(own.paths, sampleDocument.paths)
  const start = await (await call('GET', '/docs/start.js')).text()
  assert.match(start, /openapi\/sample\.json.*openapi\/other\.json/)
  const redirect = await call('GET', '/docs', { redirect: 'manual' })
  assert.equal(redirect.headers.get('location'), 'docs/')
  const page = await call('GET', '/docs/')
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/)
  const html = await page.text()
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => String(link))
  assert.ok(links.length >= 5)
  for (const link of links) {
    assert.doesNotMatch(link, /^(\/|https?:)/)
    const asset = await call('GET', `/docs/${link}`)
    assert.equal(asset.status, 200, link)
    await asset.arrayBuffer()
  }
  assert.equal((await call('GET', '/docs/swagger-initializer.js')).status, 404)
})

test('APIs stand side by side, each with its own handlers and authentication', async (t) => {
  const { call, log } = await startSample(t, { others: [otherApi], pathSecrets: true })
  assert.deepEqual(await (await call('GET', '/things/one')).json(), {
    name: 'one',
    principal: 'someone',
  })
  const own = { headers: { 'x-key': 'other' } }
  assert.deepEqual(await (await call('POST', '/others/one', own)).json(), { by: 'other one' })
  assert.deepEqual(await (await call('POST', '/k/hidden/others/one', own)).json(), {
    by: 'other one',
  })
  assert.equal((await call('POST', '/others/one')).status, 401)
  const wrong = await call('GET', '/others/one')
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST, OPTIONS'])
  const asked = log.filter(({ fields }) => fields['operationId'] === 'visitOther')
  assert.equal(asked.length, 3)
})

test('APIs that share a path or an operation stop the start by name', async () => {
  const silent = () => undefined
  const twin = sampleApi({ name: 'twin' })
  const listener = createListener({
    name: 'connector',
    apis: [sampleApi(), twin],
    log: { info: silent, warn: silent, error: silent },
  })
  await assert.rejects(listener, /twin: operation listThings is also in sample; twin: GET \/things/)
})
