import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
  type CallbackAnswer,
} from '../support/control-plane-under-test.ts'
import { startEdcConnector } from '../support/edc-connector.ts'
import { edcControlPlane } from '../support/edc-fixture.ts'
import {
  newDirectory,
  startUnderTest,
  type ServiceUnderTest,
} from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { conductByAgreement, managed } from '../support/signaling-fixture.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts'
import { until } from '../support/until.ts'

const services = { 'any.service.yaml': nodeService('any', '') }
const clientId = 'dataspace-compute'
const clientSecret = 'canary-client-secret-0123'

/** A service whose callbacks go to a control plane with tokens of the issuer. */
async function world(t: TestContext, issuer: TokenIssuer, secret = clientSecret) {
  issuer.clients.set(clientId, clientSecret)
  const plane = await startControlPlane()
  const directory = newDirectory()
  const log: string[] = []
  const callbacks = issuer.callbacks(plane.url, clientId, secret)
  const under = await startUnderTest({
    services,
    directory,
    logged: (line) => log.push(line),
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane, { callbacks }) },
    overrides: { conduct: conductByAgreement },
  })
  t.after(async () => {
    await under[Symbol.asyncDispose]()
    await plane[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })
  /** Begins a flow whose `started` is a callback. */
  const begin = async () => {
    const opening = openingBody({ agreementId: 'async' })
    assert.equal((await signal(under.connectorUrl, 'start', opening)).status, 202)
    return opening.processId
  }
  return { under, plane, directory, log, begin }
}

const deliveryOf = async (under: ServiceUnderTest, processId: string) => {
  const { read } = under.service.app.database
  const flow = await read.flows.first({ processId })
  return read.deliveries.first({ flowId: flow?.id ?? '' })
}

const delivered = (under: ServiceUnderTest, processId: string) =>
  until('the delivery', async () => {
    const delivery = await deliveryOf(under, processId)
    return delivery?.state === 'DELIVERED' && delivery
  })

const bearer = (authorization: string | undefined) => {
  const [, token] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? []
  return token ?? assert.fail('no bearer token')
}

test('each try of a callback has a token of its own', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { under, plane, begin } = await world(t, issuer)
  const answers: CallbackAnswer[] = [500, 'reset', 401, 200]
  plane.answer = () => answers.shift() ?? 200
  await delivered(under, await begin())
  assert.equal(plane.callbacks.length, 4)
  const keys = createLocalJWKSet({ keys: [issuer.state.key.publicJwk] })
  const tokens = plane.callbacks.map(({ headers }) => bearer(headers.authorization))
  const ids = new Set<unknown>()
  for (const token of tokens) {
    const { payload } = await jwtVerify(token, keys, { issuer: issuer.issuer, subject: clientId })
    ids.add(payload.jti)
  }
  assert.equal(ids.size, 4)
  const [first] = issuer.tokenRequests()
  assert.equal(first?.method, 'POST')
  assert.match(first.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
  assert.equal(first.headers.authorization, undefined)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(first.body)), {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
})

test('without a token nothing is sent; why not can be read, and it goes on when there is one', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { under, plane, directory, log, begin } = await world(t, issuer)
  const json = { 'content-type': 'application/json' }
  const echo = (request: { body: string }) => JSON.stringify({ error: request.body })
  const answers = [
    () => ({ status: 503, body: 'canary-internals' }),
    () => ({ status: 302, headers: { location: `${plane.url}/elsewhere` } }),
    () => ({ status: 307, headers: { location: `${issuer.url}/elsewhere` } }),
    () => ({ status: 401, headers: json, body: '{"error":"invalid_client"}' }),
    (request: { body: string }) => ({ status: 400, headers: json, body: echo(request) }),
    (request: { body: string }) => ({ status: 200, headers: json, body: echo(request) }),
    () => ({ status: 200, body: '<html>' }),
  ]
  const all = answers.length
  issuer.state.tokenAnswer = (request) => {
    const answer = answers.shift()
    if (answers.length === 0) issuer.state.tokenAnswer = undefined
    return answer?.(request) ?? { status: 500 }
  }
  const processId = await begin()
  const hurried = async () => {
    const delivery = await deliveryOf(under, processId)
    if (delivery === undefined) return
    // The waits between tries are another test's.
    const { database, now } = under.service.app
    const due = { nextAttemptAt: now() }
    await database.transaction(async (tx) => {
      if (!(await tx.deliveries.update({ id: delivery.id }, due))) return
      await tx.work.schedule('callback', delivery.id, now())
    })
  }
  for (let count = 1; count <= all; count++) {
    await until(`try ${count}`, async () => {
      const delivery = await deliveryOf(under, processId)
      if ((delivery?.attempts ?? 0) >= count) return true
      await hurried()
      return false
    })
    assert.equal(plane.callbacks.length, 0)
  }
  await until('the delivery', async () => {
    if ((await deliveryOf(under, processId))?.state === 'DELIVERED') return true
    await hurried()
    return false
  })
  assert.equal(plane.callbacks.length, 1)
  assert.equal(issuer.received.filter(({ path }) => path === '/elsewhere').length, 0)
  const { read } = under.service.app.database
  const delivery = await deliveryOf(under, processId)
  const where = { deliveryId: delivery?.id ?? '' }
  const attempts = await read.deliveryAttempts.list({ where, orderBy: 'number' })
  const at = `The token endpoint ${issuer.url} answers`
  assert.deepEqual(
    attempts.map(({ error }) => error),
    [
      `no-progress: ${at} 503.`,
      `token-refused: ${at} 302: no redirect is followed.`,
      `token-refused: ${at} 307: no redirect is followed.`,
      `token-refused: ${at} 401: invalid_client.`,
      `token-refused: ${at} 400.`,
      `token-refused: ${at} 200, but with no bearer token.`,
      `token-refused: ${at} 200, but with no bearer token.`,
      null,
    ],
  )
  await until(
    'the exchange',
    async () =>
      (await managed<{ items: unknown[] }>(under, 'control-planes/edc/exchanges')).items.length >=
      2,
  )
  const shown = JSON.stringify([
    await managed(under, 'control-planes/edc/exchanges'),
    await managed(under, 'control-planes/edc'),
    await managed(under, 'deliveries'),
  ])
  assert.match(shown, /401: invalid_client/)
  await under.stop()
  const token = bearer(plane.callbacks[0]?.headers.authorization)
  const kept = filesBelow(join(directory, 'data')).map((file) => readFileSync(file, 'latin1'))
  for (const text of [shown, log.join(''), ...kept])
    for (const secret of ['canary', token.slice(-40)]) assert(!text.includes(secret), secret)
  assert(
    kept.some((text) => text.includes('invalid_client')),
    'the right files were looked at',
  )
})

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile())

test('a token endpoint that is away is tried again', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { under, begin } = await world(t, issuer)
  const silent = 'http://127.0.0.1:1/token'
  const { controlPlanes } = under.service.app.database.read
  const stored = await controlPlanes.get({ id: 'edc' })
  assert(stored?.callbackAuthentication.type === 'oauth2')
  const { callbackAuthentication: right } = stored
  const set = async (tokenEndpoint: string) => {
    const callbackAuthentication = { ...right, tokenEndpoint }
    await controlPlanes.update({ id: 'edc' }, { callbackAuthentication })
  }
  await set(silent)
  const processId = await begin()
  const { read } = under.service.app.database
  const first = await until('a try', () => read.deliveryAttempts.first({ number: 1 }))
  // Not configured when the service started: the guard knows nothing of it.
  assert.match(first.error ?? '', /^address-refused/)
  under.service.app.controlPlanesChanged()
  const second = await until('another', () => read.deliveryAttempts.first({ number: 2 }))
  assert.match(second.error ?? '', /^no-progress: http:\/\/127\.0\.0\.1:1 did not answer/)
  await set(right.tokenEndpoint)
  under.service.app.controlPlanesChanged()
  await delivered(under, processId)
})

test('registering at a connector of the older signaling is proved in the same way', async (t) => {
  const issuer = await startTokenIssuer(t)
  issuer.clients.set(clientId, clientSecret)
  await using connector = await startEdcConnector()
  const callbacks = issuer.callbacks(connector.url, clientId, clientSecret)
  const definition = edcControlPlane(connector, { register: true, callbacks })
  await using under = await startUnderTest({
    services,
    controlPlanes: { 'edc.control-plane.yaml': definition },
  })
  const { controlPlanes } = under.service.app.database.read
  await until('the registration', () => controlPlanes.first({ registeredAt: { not: null } }))
  const own = connector.received.filter(({ path }) => path === '/v1/dataplanes')
  const tokens = own.map(({ authorization }) => bearer(authorization))
  assert.ok(tokens.length >= 2)
  assert.equal(new Set(tokens).size, tokens.length)
  assert.doesNotMatch(JSON.stringify(own.map(({ body }) => body)), /canary/)
})

interface Check {
  readonly name: string
  readonly result: string
  readonly detail: string
  readonly remedy: string | null
}

async function connect(under: ServiceUnderTest) {
  const response = await fetch(`${under.managementUrl}/v1/control-planes/edc/connect`, {
    method: 'POST',
    headers: { 'x-api-key': under.service.secrets.managementKey },
  })
  const text = await response.text()
  assert.doesNotMatch(text, /canary/)
  return (JSON.parse(text) as { checks: readonly Check[] }).checks
}

test('connect says whether a token was given, and what to do when not', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { under } = await world(t, issuer)
  const named = async () => (await connect(under)).find(({ name }) => name === 'callback token')
  const detail = `got from ${issuer.url}`
  const right = await named()
  assert.deepEqual([right?.result, right?.detail], ['ok', detail])
  issuer.clients.set(clientId, 'another')
  const wrong = await named()
  assert.equal(wrong?.result, 'fail')
  assert.match(wrong.detail, /answers 401: invalid_client$/)
  assert.match(wrong.remedy ?? '', /callbacks\.tokenEndpoint/)
  const tested = await fetch(`${under.managementUrl}/v1/control-planes/edc/test`, {
    method: 'POST',
    headers: { 'x-api-key': under.service.secrets.managementKey },
  })
  assert.match(await tested.text(), /"callback token","ok":false/)
})
