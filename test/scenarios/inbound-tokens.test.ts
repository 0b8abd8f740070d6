import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { exportSPKI, importJWK } from 'jose'
import {
  controlPlaneFile,
  openingBody,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { edcStart } from '../support/edc-messages.ts'
import { newDirectory, startUnderTest, type Setup } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts'

const services = { 'any.service.yaml': nodeService('any', '') }
const flows = '/signaling/v1/dataflows'

interface Refusal {
  readonly code: string
  readonly detail: string
}

/** Sends a message with a token; a problem is given as text, too. */
async function send(url: string, token: string | null, body?: unknown, method?: string) {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (token !== null) assert(!text.includes(token))
  const problem = (text === '' ? {} : JSON.parse(text)) as Partial<Refusal>
  return { status: response.status, headers: response.headers, text, problem }
}

async function world(
  t: TestContext,
  issuer: TokenIssuer,
  setup: Setup & { inbound?: object } = {},
) {
  const plane = await startControlPlane()
  t.after(() => plane[Symbol.asyncDispose]())
  const inbound = setup.inbound ?? issuer.inbound({ subject: 'provider-edc' })
  const under = await startUnderTest({
    services,
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane, { inbound }) },
    ...setup,
  })
  t.after(() => under[Symbol.asyncDispose]())
  return { under, plane, start: `${under.connectorUrl}${flows}/start` }
}

test('a message with a token of the configured issuer is taken, and only that', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { start } = await world(t, issuer)
  assert.equal((await send(start, await issuer.sign(), openingBody())).status, 200)
  const at = Math.floor(Date.now() / 1000)
  const refused: readonly (readonly [string, string | null, RegExp])[] = [
    ['no token', null, /no credential/],
    ['expired', await issuer.sign({ expiresIn: -60 }), /has expired/],
    ['no exp', await issuer.sign({ claims: { exp: undefined } }), /has no exp/],
    ['another issuer', await issuer.sign({ claims: { iss: 'https://evil' } }), /issuer/],
    ['no issuer', await issuer.sign({ claims: { iss: undefined } }), /issuer/],
    ['another audience', await issuer.sign({ claims: { aud: 'other' } }), /aud .* wrong/],
    ['no audience', await issuer.sign({ claims: { aud: undefined } }), /no aud/],
    ['another subject', await issuer.sign({ claims: { sub: 'other' } }), /sub .* wrong/],
    ['no subject', await issuer.sign({ claims: { sub: undefined } }), /no sub/],
    ['not yet valid', await issuer.sign({ claims: { nbf: at + 600 } }), /not valid yet/],
    ['an odd jti', await issuer.sign({ claims: { jti: 5 } }), /jti/],
    ['not signed', await unsigned(issuer), /not signed by one of/],
    ['the public key as secret', await symmetric(issuer), /not signed by one of/],
    ['another signature', await forged(issuer), /signature .* wrong/],
    ['no JWT', 'abc', /no JWT/],
  ]
  for (const [what, token, words] of refused) {
    const { status, headers, problem } = await send(start, token, openingBody())
    assert.equal(status, 401, what)
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer/, what)
    assert.match(headers.get('content-type') ?? '', /problem\+json/, what)
    assert.match(problem.detail ?? '', words, what)
    assert.equal(problem.code, what === 'expired' ? 'token-expired' : 'unauthenticated', what)
  }
  // A secret in the path is another credential: a good token makes it no better.
  const behind = start.replace(flows, `/k/some-secret-0123456789${flows}`)
  assert.equal((await send(behind, await issuer.sign(), openingBody())).status, 401)
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsPart = async (issuer: TokenIssuer) => (await issuer.sign()).split('.')[1] ?? ''

async function unsigned(issuer: TokenIssuer): Promise<string> {
  return `${part({ alg: 'none' })}.${await claimsPart(issuer)}.`
}

/** The old confusion: a key that everybody has, taken for a shared secret. */
async function symmetric(issuer: TokenIssuer): Promise<string> {
  const { publicJwk, kid } = issuer.state.key
  const key = await importJWK(publicJwk, 'ES256', { extractable: true })
  assert(!(key instanceof Uint8Array))
  const text = `${part({ alg: 'HS256', kid })}.${await claimsPart(issuer)}`
  const signature = createHmac('sha256', await exportSPKI(key)).update(text)
  return `${text}.${signature.digest('base64url')}`
}

async function forged(issuer: TokenIssuer): Promise<string> {
  const [head = '', , signature = ''] = (await issuer.sign()).split('.')
  return `${head}.${await claimsPart(issuer)}.${signature}`
}

test('keys may stand in the definition; without a kid each of them is tried', async (t) => {
  const issuer = await startTokenIssuer(t)
  const first = issuer.state.key
  await issuer.rotate('key-2')
  const jwks = { keys: [first.publicJwk, issuer.state.key.publicJwk] }
  const { start } = await world(t, issuer, {
    inbound: issuer.inbound({ jwksUri: undefined, jwks }),
  })
  assert.equal((await send(start, await issuer.sign({ kid: null }), openingBody())).status, 200)
  assert.equal((await send(start, await issuer.sign(), openingBody())).status, 200)
  await issuer.rotate('key-3')
  assert.equal((await send(start, await issuer.sign({ kid: null }), openingBody())).status, 401)
  assert.equal(issuer.keyReads(), 0)
})

test('a new key of the issuer is found; made-up names of keys do not make us ask again and again', async (t) => {
  const issuer = await startTokenIssuer(t)
  let ahead = 0
  const { start } = await world(t, issuer, {
    overrides: { now: () => new Date(Date.now() + ahead * 1000) },
  })
  issuer.state.now = () => new Date(Date.now() + ahead * 1000)
  const status = async (wish = {}) =>
    (await send(start, await issuer.sign(wish), openingBody())).status
  const many = await Promise.all(Array.from({ length: 8 }, () => status()))
  assert.deepEqual(new Set(many), new Set([200]))
  assert.equal(issuer.keyReads(), 1, 'at once, but read once')
  await issuer.rotate('key-2')
  assert.equal(await status(), 200)
  assert.equal(issuer.keyReads(), 2)
  for (let count = 0; count < 5; count++) assert.equal(await status({ kid: `x-${count}` }), 401)
  assert.equal(issuer.keyReads(), 2)
  ahead += 3
  assert.equal(await status({ kid: 'x' }), 401)
  assert.equal(issuer.keyReads(), 3)
  ahead += 601
  assert.equal(await status(), 200)
  assert.equal(issuer.keyReads(), 4, 'keys get old')
})

test('an issuer that is down is no fault of the token: 503, and again later', async (t) => {
  const issuer = await startTokenIssuer(t)
  let ahead = 0
  const { start } = await world(t, issuer, {
    overrides: { now: () => new Date(Date.now() + ahead * 1000) },
  })
  const body = openingBody()
  const token = await issuer.sign()
  for (const answer of [
    { status: 500, body: 'canary-internals' },
    { status: 302, headers: { location: `${issuer.url}/elsewhere` } },
    { status: 200, body: '<html>canary-internals</html>' },
    { status: 200, body: '{"keys":"none"}' },
    { status: 200, body: `{"keys":[],"filler":"${'x'.repeat(300_000)}"}` },
  ]) {
    issuer.state.jwksAnswer = answer
    const reads = issuer.keyReads()
    for (const again of [1, 2]) {
      const { status, headers, problem, text } = await send(start, token, body)
      assert.equal(status, 503, `${again}`)
      assert.ok(Number(headers.get('retry-after')) > 0)
      assert.equal(problem.code, 'issuer-unavailable')
      assert.doesNotMatch(text, /canary|127\.0\.0\.1/)
    }
    assert.equal(issuer.keyReads(), reads + 1, 'asked again a little later only')
    ahead += 3
  }
  assert.equal(issuer.received.filter(({ path }) => path === '/elsewhere').length, 0)
  issuer.state.jwksAnswer = undefined
  assert.equal((await send(start, token, body)).status, 200)
})

test('a token opens one message: the same may come again, also after a restart, another may not', async (t) => {
  const issuer = await startTokenIssuer(t)
  const directory = newDirectory()
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const plane = await startControlPlane()
  t.after(() => plane[Symbol.asyncDispose]())
  const inbound = issuer.inbound()
  const controlPlanes = { 'edc.control-plane.yaml': controlPlaneFile('edc', plane, { inbound }) }
  const setup = { services, controlPlanes, directory }
  const token = await issuer.sign()
  const opening = openingBody()
  const { processId } = opening
  const repeats = async (url: string) => {
    const base = `${url}${flows}`
    assert.equal((await send(`${base}/start`, token, opening)).status, 200)
    for (const [path, body] of [
      ['start', { ...opening, messageId: randomUUID() }],
      ['start', { ...opening, processId: randomUUID() }],
      ['prepare', opening],
      [`${processId}/terminate`, { messageId: opening.messageId }],
      [`${processId}/status`, undefined],
    ] as const) {
      const { status, problem } = await send(`${base}/${path}`, token, body)
      assert.equal(status, 401, path)
      assert.match(problem.detail ?? '', /used for another message/)
    }
  }
  {
    await using under = await startUnderTest(setup)
    await repeats(under.connectorUrl)
    await repeats(under.connectorUrl)
  }
  await using under = await startUnderTest(setup)
  await repeats(under.connectorUrl)
  const seen = await send(
    `${under.connectorUrl}${flows}/${processId}/status`,
    await issuer.sign({ claims: { jti: undefined } }),
  )
  assert.match(seen.text, /"STARTED"/, 'a token without jti is taken')
  const uses = await under.service.app.database.read.tokenUses.list({})
  assert.equal(uses.length, 1)
  const { sweeps } = under.service.app.database
  assert.equal(await sweeps.tokenUses(new Date(), 10), 0)
  assert.equal(await sweeps.tokenUses(new Date(Date.now() + 400_000), 10), 1)
})

test('a token that never expires is remembered, too', async (t) => {
  const issuer = await startTokenIssuer(t)
  const { start } = await world(t, issuer)
  const token = await issuer.sign({ claims: { exp: 1e300 } })
  assert.equal((await send(start, token, openingBody())).status, 200)
  assert.equal((await send(start, token, openingBody())).status, 401)
})

test('control planes of one issuer are told apart by subject; nobody touches another’s entry', async (t) => {
  const issuer = await startTokenIssuer(t)
  const plane = await startControlPlane()
  t.after(() => plane[Symbol.asyncDispose]())
  const file = (id: string, more: object = {}) =>
    controlPlaneFile(id, plane, { inbound: issuer.inbound({ subject: id }), ...more })
  await using under = await startUnderTest({
    services,
    controlPlanes: {
      '1.control-plane.yaml': file('first'),
      '2.control-plane.yaml': file('second'),
      '3.control-plane.yaml': file('older', { protocol: 'edc-signaling' }),
      '4.control-plane.yaml': controlPlaneFile('fourth', plane, {
        inbound: { type: 'path-secret', secret: 'secret-of-the-fourth' },
      }),
    },
  })
  const by = (sub: string) => issuer.sign({ claims: { sub } })
  const url = `${under.connectorUrl}${flows}`
  const opening = openingBody()
  assert.equal((await send(`${url}/start`, await by('first'), opening)).status, 200)
  const status = `${url}/${opening.processId}/status`
  assert.equal((await send(status, await by('first'))).status, 200)
  assert.equal((await send(status, await by('second'))).status, 404)
  assert.equal((await send(status, await by('third'))).status, 401)
  assert.equal((await send(status, await by('older'))).status, 401)
  const older = `${under.connectorUrl}/edc/v1/dataflows/start`
  assert.equal((await send(older, await by('older'), edcStart())).status, 200)
  assert.equal((await send(older, await by('first'), edcStart())).status, 401)
  const fourth = `${under.connectorUrl}/k/secret-of-the-fourth${flows}/start`
  assert.equal((await send(fourth, null, openingBody())).status, 200)

  const register = async (sub: string, controlplaneId: string, endpoint = plane.url) => {
    const authorization = {
      type: 'oauth2_client_credentials',
      tokenEndpoint: `${issuer.url}/planted`,
      clientId: 'c',
      clientSecret: 'canary-client-secret',
    }
    const body = { controlplaneId, endpoint, authorization }
    const where = `${under.connectorUrl}/signaling/v1/controlplanes`
    return (await send(where, await by(sub), body, 'PUT')).status
  }
  assert.equal(await register('second', 'first'), 404)
  assert.equal(await register('second', 'second', 'http://127.0.0.1:1/elsewhere'), 403)
  assert.equal(await register('second', 'second'), 200)
  const stored = await under.service.app.database.read.controlPlanes.get({ id: 'second' })
  assert.deepEqual(stored?.callbackAuthentication, { type: 'none' })
})

test('a provisioner’s token opens one request: it has no messageId, so all of its body counts', async (t) => {
  const issuer = await startTokenIssuer(t)
  const management = await startControlPlane()
  t.after(() => management[Symbol.asyncDispose]())
  const { under } = await world(t, issuer, {
    controlPlanes: {
      'p.control-plane.yaml': {
        id: 'p',
        protocol: 'provisioner',
        inbound: issuer.inbound(),
        management: { url: `${management.url}/v3`, key: 'k' },
      },
    },
  })
  const url = `${under.connectorUrl}/provisioner/v1/provision`
  const request = {
    assetId: 'compute-1',
    transferProcessId: 'p1',
    resourceDefinitionId: 'r1',
    callbackAddress: `${management.url}/callback`,
    policy: {},
  }
  const token = await issuer.sign()
  const first = await send(url, token, request)
  assert.equal(first.status < 300, true, first.text)
  assert.equal((await send(url, token, request)).status, first.status)
  assert.equal((await send(url, token, { ...request, transferProcessId: 'p2' })).status, 401)
  issuer.state.jwksAnswer = { status: 500 }
  await issuer.rotate('key-2')
  const away = await send(url, await issuer.sign(), { ...request, transferProcessId: 'p3' })
  assert.equal(away.status, 409, 'this protocol knows no other word for later')
})
