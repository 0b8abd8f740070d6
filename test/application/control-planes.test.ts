import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDefinitionFolder } from '../../src/adapters/files/definition-folder.ts'
import type { Application } from '../../src/application/application.ts'
import { authenticateControlPlane } from '../../src/application/access/authenticate-control-plane.ts'
import { loadControlPlaneFiles } from '../../src/application/control-planes/load-control-plane-files.ts'
import { controlPlaneRepresentation } from '../../src/application/representations/control-plane.ts'
import {
  controlPlaneOf,
  createControlPlane,
  replaceControlPlane,
} from '../../src/application/control-planes/save-control-plane.ts'
import { deleteControlPlane } from '../../src/application/control-planes/delete-control-plane.ts'
import { testControlPlane } from '../../src/application/control-planes/test-control-plane.ts'
import { parseControlPlane } from '../../src/domain/control-plane-definition.ts'
import { FailureError } from '../../src/domain/failure.ts'
import type { ProblemError } from '../../src/domain/problem.ts'
import { operatedApplication } from '../support/operated-application.ts'

const loopback = { onLoopback: true }
const secret = 'canary-secret-0123456789'

const create = async (app: Application, value: object, place = loopback) => {
  const sealed = await controlPlaneOf(app, parseControlPlane(value), undefined, 'api')
  return app.database.transaction((tx) => createControlPlane(app, tx, sealed, place))
}
const apiKey = (id: string, key: string) => ({
  id,
  protocol: 'dps',
  inbound: { type: 'api-key', key },
})
const call = (
  app: Application,
  headers: Record<string, string>,
  pathSecret?: string,
  place = loopback,
) =>
  authenticateControlPlane(app, { headers, pathSecret }, place, 'dps').then(
    ({ controlPlane }) => controlPlane,
  )

test('a control plane is known by its API key or by its secret in the path, and not by another’s', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app, apiKey('one', secret))
  await create(app, {
    id: 'two',
    protocol: 'dps',
    inbound: { type: 'path-secret', secret: 'path-secret-0123456789' },
  })
  assert.equal((await call(app, { 'x-api-key': secret })).id, 'one')
  assert.equal((await call(app, {}, 'path-secret-0123456789')).id, 'two')
  await assert.rejects(call(app, {}), { code: 'unauthenticated' })
  await assert.rejects(call(app, { 'x-api-key': 'path-secret-0123456789' }), {
    code: 'unauthenticated',
  })
  await assert.rejects(call(app, {}, secret), { code: 'unauthenticated' })
  await assert.rejects(call(app, { 'x-api-key': secret }, 'wrong'), { code: 'unauthenticated' })
})

test('a single control plane on loopback may come without a credential', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app, { id: 'open', protocol: 'dps', inbound: { type: 'none' } })
  assert.equal((await call(app, { authorization: 'Bearer whatever' })).id, 'open')
  await assert.rejects(call(app, {}, 'a-secret'), { code: 'unauthenticated' })
  await assert.rejects(call(app, {}, undefined, { onLoopback: false }), { code: 'unauthenticated' })
  await assert.rejects(create(app, apiKey('two', secret)), { code: 'invalid-request' })
})

test('no credential at all is refused off loopback and beside others', async (context) => {
  const { app } = await operatedApplication(context)
  const open = { id: 'open', protocol: 'dps', inbound: { type: 'none' } }
  await assert.rejects(create(app, open, { onLoopback: false }), { code: 'invalid-request' })
  await create(app, apiKey('one', secret))
  await assert.rejects(create(app, open), { code: 'invalid-request' })
})

test('two control planes never take the same tokens', async (context) => {
  const { app } = await operatedApplication(context)
  const tokens = (id: string, more: object = {}) => {
    const jwksUri = 'https://idp.example.com/jwks'
    const inbound = { type: 'oauth2', issuer: 'https://i', audience: 'a', jwksUri, ...more }
    return { id, protocol: 'dps', inbound }
  }
  await create(app, tokens('one', { subject: 'one' }))
  await create(app, tokens('two', { subject: 'two' }))
  await create(app, tokens('other', { audience: 'b' }))
  await create(app, { ...tokens('older'), protocol: 'edc-signaling' })
  for (const taken of [tokens('three'), tokens('three', { subject: 'one' })]) {
    const pointer = '/inbound/subject'
    await assert.rejects(create(app, taken), ({ errors }: { errors: { pointer: string }[] }) => {
      return errors[0]?.pointer === pointer
    })
  }
})

test('a client secret stays with the token endpoint that it was given for', async (context) => {
  const { app } = await operatedApplication(context)
  const callbacks = {
    url: 'https://edc/signaling',
    type: 'oauth2',
    tokenEndpoint: 'https://idp.example.com/token',
    clientId: 'us',
  }
  const given = { ...apiKey('one', secret), callbacks }
  await assert.rejects(create(app, given), { code: 'invalid-request' })
  await create(app, { ...given, callbacks: { ...callbacks, clientSecret: 'canary' } })
  const replace = (more: object) => {
    const next = { ...given, inbound: { type: 'api-key' }, callbacks: { ...callbacks, ...more } }
    return replaceControlPlane(app, parseControlPlane(next), loopback)
  }
  await replace({ url: 'https://other/signaling' })
  await assert.rejects(replace({ tokenEndpoint: 'https://evil.example.com/token' }), {
    code: 'invalid-request',
  })
  await assert.rejects(replace({ clientId: 'another' }), { code: 'invalid-request' })
  await replace({ clientId: 'another', clientSecret: 'canary-2' })
})

test('two control planes never share a secret', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app, apiKey('one', secret))
  await assert.rejects(create(app, apiKey('two', secret)), { code: 'invalid-request' })
})

test('what cannot work is refused in words', () => {
  const refused = (value: object) => {
    try {
      parseControlPlane(value)
      return ''
    } catch (error) {
      return JSON.stringify((error as { errors?: unknown }).errors)
    }
  }
  const tokens = (more: object) => {
    const inbound = { type: 'oauth2', issuer: 'https://i', audience: 'a', ...more }
    return { id: 'a', protocol: 'dps', inbound }
  }
  const jwksUri = 'https://i/jwks'
  const publicKey = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
  assert.match(refused(tokens({})), /inbound.jwksUri.*tokens are checked by keys/)
  assert.equal(refused(tokens({ jwksUri })), '')
  assert.equal(refused(tokens({ jwks: { keys: [publicKey] } })), '')
  assert.match(refused(tokens({ jwksUri, jwks: { keys: [publicKey] } })), /beside jwksUri/)
  assert.match(refused(tokens({ jwks: {} })), /must have keys/)
  assert.match(refused(tokens({ jwks: { keys: [] } })), /must have keys/)
  assert.match(refused(tokens({ jwks: { keys: [{ kty: 'oct', k: 's' }] } })), /RSA, EC or OKP/)
  assert.match(refused(tokens({ jwks: { keys: [{ ...publicKey, d: 'd' }] } })), /private key/)
  const management = { url: 'https://edc/management/v4' }
  const registered = { ...tokens({ jwksUri }), management, register: true }
  assert.match(refused(registered), /register.*register there with authorization/)
  assert.match(refused({ ...apiKey('a', 'k'), startDelayMs: -1 }), /startDelayMs/)
  assert.match(refused({ ...apiKey('a', 'k'), register: true }), /management.*needed to register/)
  const older = { id: 'a', protocol: 'edc-signaling', inbound: { type: 'none' } }
  assert.equal(refused(older), '')
  assert.match(refused({ ...older, register: true }), /callbacks.*needed to register/)
  assert.match(refused({ ...older, inbound: { type: 'api-key', key: 'k' } }), /path-secret/)
})

test('a provisioner needs the management API, registers nowhere, and sends no key', () => {
  const management = { url: 'http://connector:8181/management/v3', key: 'k' }
  const given = { id: 'a', protocol: 'provisioner', inbound: { type: 'none' } }
  const pointers = (value: object) => {
    try {
      parseControlPlane(value)
      return []
    } catch (error) {
      const { errors } = error as { errors: readonly { pointer: string }[] }
      return errors.map(({ pointer }) => pointer)
    }
  }
  assert.deepEqual(pointers({ ...given, management }), [])
  assert.deepEqual(pointers(given), ['/management'])
  assert.deepEqual(pointers({ ...given, management, register: true }), ['/register'])
  const keyed = { ...given, management, inbound: { type: 'api-key', key: 'k' } }
  assert.deepEqual(pointers(keyed), ['/inbound/type'])
})

const full = {
  ...apiKey('one', secret),
  callbacks: { url: 'http://connector:9191/api/control/', type: 'api-key', key: 'canary-callback' },
  management: { url: 'http://connector:8181/management/v3', key: 'canary-management' },
}

test('secrets are hashed or sealed, and shown nowhere', async (context) => {
  const { app, directory } = await operatedApplication(context)
  const controlPlane = await create(app, full)
  assert.equal(controlPlane.callbackUrl, 'http://connector:9191/api/control')
  const shown = controlPlaneRepresentation(controlPlane, {
    eventsUrl: '',
    lastMessageAt: null,
  })
  assert.doesNotMatch(JSON.stringify(shown), /canary|sealed|sha256/i)
  for (const file of ['data.sqlite', 'data.sqlite-wal']) {
    assert.doesNotMatch(await readFile(join(directory, file), 'latin1'), /canary/)
  }
})

test('a secret that is left out stays as it is', async (context) => {
  const { app } = await operatedApplication(context)
  const before = await create(app, full)
  const without = {
    ...full,
    inbound: { type: 'api-key' },
    callbacks: { url: 'http://other:1/', type: 'api-key' },
    management: { url: 'http://other:2' },
  }
  const after = await replaceControlPlane(app, parseControlPlane(without), loopback)
  assert.deepEqual(after.callbackAuthentication, before.callbackAuthentication)
  assert.equal(after.sealedManagementKey, before.sealedManagementKey)
  assert.equal((await call(app, { 'x-api-key': secret })).id, 'one')
  const changedType = { ...without, inbound: { type: 'path-secret' } }
  await assert.rejects(replaceControlPlane(app, parseControlPlane(changedType), loopback), {
    code: 'invalid-request',
  })
  await deleteControlPlane(app, 'one')
  await assert.rejects(call(app, { 'x-api-key': secret }), { code: 'unauthenticated' })
})

test('files name other files with the secrets, and manage what they make', async (context) => {
  const { app, directory } = await operatedApplication(context)
  const folder = join(directory, 'control-planes')
  await mkdir(folder)
  await writeFile(join(folder, 'inbound-secret'), `${secret}\n`)
  await writeFile(
    join(folder, 'edc.control-plane.yaml'),
    'id: edc\nprotocol: dps\nparticipantContextId: provider\ninbound: { type: path-secret, secretFile: inbound-secret }\n',
  )
  const load = () => loadControlPlaneFiles(app, openDefinitionFolder(folder), loopback)
  await load()
  assert.equal((await call(app, {}, secret)).participantContextId, 'provider')
  await assert.rejects(deleteControlPlane(app, 'edc'), { code: 'managed-by-file' })
  await writeFile(
    join(folder, 'other.control-plane.yaml'),
    'id: other\nprotocol: dps\ninbound: { type: api-key, keyFile: missing }\n',
  )
  await assert.rejects(load(), /other\.control-plane\.yaml: \/inbound\/keyFile names a file/)
  await writeFile(
    join(folder, 'other.control-plane.yaml'),
    'id: other\nprotocol: dps\ninbound: { type: path-secret, secretFile: inbound-secret }\n',
  )
  await assert.rejects(load(), /is the secret of another control plane/)
  await rm(join(folder, 'other.control-plane.yaml'))
  await rm(join(folder, 'edc.control-plane.yaml'))
  await load()
  assert.deepEqual(await app.database.read.controlPlanes.list({}), [])
})

test('a test of a control plane says what came back of each address', async (context) => {
  const sent: Readonly<Record<string, string>>[] = []
  const { app } = await operatedApplication(context, {
    outbound: {
      checkUrl: () => undefined,
      send: (request) => {
        sent.push(request.headers ?? {})
        if (request.url.includes('8181'))
          throw new FailureError('no-progress', 'connection refused')
        return Promise.resolve({ status: 404, headers: {}, body: '' })
      },
    },
  })
  await create(app, full)
  const checks = await testControlPlane(app, 'one', AbortSignal.timeout(1000))
  assert.deepEqual(
    checks.map(({ name, ok, detail }) => [name, ok, detail]),
    [
      ['callbacks', true, 'answers 404'],
      ['management', false, 'connection refused'],
    ],
  )
  assert.deepEqual(sent, [{ 'X-Api-Key': 'canary-callback' }, { 'X-Api-Key': 'canary-management' }])
})

test('a key of an identity that cannot sign is refused at once, and nothing of it is repeated', async (context) => {
  const { app } = await operatedApplication(context)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }))
  const bad = ['canary', '{"canary":1}', JSON.stringify(publicKey.export({ format: 'jwk' }))]
  const given = (key: string) => ({
    ...apiKey('one', secret),
    identity: { did: 'did:web:compute.example.com', key },
  })
  for (const key of bad) {
    await assert.rejects(create(app, given(key)), ({ code, errors }: ProblemError) => {
      assert.equal(code, 'invalid-request')
      assert.deepEqual(
        errors.map(({ pointer }) => pointer),
        ['/identity/key'],
      )
      assert.doesNotMatch(JSON.stringify(errors), /canary/)
      return true
    })
  }
  await create(app, given(jwk))
})
