import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { generateKeyPair, exportJWK } from 'jose'
import { consumerClient } from '../support/consumer-client.ts'
import { openingBody, property, signal } from '../support/control-plane-under-test.ts'
import { providerDid, startExpiringSource } from '../support/expiring-source.ts'
import { newDirectory } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { followFlow, MiB, startWorld, type World } from '../support/two-agreements-open.ts'
import { sha256 } from '../support/two-agreements-upload.ts'
import { until } from '../support/until.ts'

const content = randomBytes(40 * MiB)
const digest = sha256(content).toString('hex')

interface Given {
  readonly bytesPerToken?: number
  /** The key of the control plane's identity; null: it has none. */
  readonly key?: string | null
}

async function start(context: TestContext, { bytesPerToken = 13 * MiB, key }: Given = {}) {
  const source = await startExpiringSource(content, bytesPerToken)
  context.after(() => source.stop())
  const directory = newDirectory()
  const keyFile = join(directory, 'did-key')
  writeFileSync(keyFile, key ?? source.key)
  const identity = key === null ? {} : { identity: { did: source.did, keyFile } }
  const setup = {
    directory,
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: {
      'edc.control-plane.yaml': {
        id: 'edc',
        protocol: 'dps',
        inbound: { type: 'none' },
        ...identity,
      },
    },
  }
  let world: World = await startWorld(setup)
  context.after(async () => {
    await world[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })
  const flow = await world.open()
  const token = property(flow.started, 'authorization')
  const current = () =>
    followFlow(world.under, flow, consumerClient(`${world.under.consumerUrl}/v1`, token))
  return {
    source,
    flow: current,
    under: () => world.under,
    pull: async (renewable = true, more: object = {}) => {
      const body = { input: 'table', source: source.address(renewable), ...more }
      const { status, seen, text } = await current().ask('POST', '/transfers', body)
      assert.equal(status, 201, text)
      return `/transfers/${seen.id}`
    },
    restart: async () => {
      await world[Symbol.asyncDispose]()
      world = await startWorld(setup)
    },
    idle: () => world.under.service.controller.idle(),
    advance: (seconds: number) => world.advance(seconds),
    uploads: async () => {
      const { store, database } = world.under.service.app
      const [workspace] = await database.read.workspaces.list({})
      return store.listUploads(workspace?.bucket ?? '', '', AbortSignal.timeout(5000))
    },
  }
}

type Started = Awaited<ReturnType<typeof start>>

async function succeeds({ flow }: Started, path: string) {
  const ended = await flow().reaches(path, 'SUCCEEDED', 'FAILED')
  assert.deepEqual([ended.state, ended.sha256, ended.failure], ['SUCCEEDED', digest, null])
}

async function failsAs({ flow }: Started, path: string, code: string) {
  const { state, failure } = await flow().reaches(path, 'SUCCEEDED', 'FAILED')
  assert.deepEqual([state, failure?.class, failure?.code], ['FAILED', 'data', code])
  return failure as unknown as { message: string; nextStep: string }
}

test('a token that expires during the pull is renewed, as often as it takes', async (t) => {
  const started = await start(t)
  const { state } = started.source
  const path = await started.pull()
  await succeeds(started, path)
  assert.deepEqual([state.renewals, state.asked, state.refused], [3, 3, 0])
  assert.equal(state.served, content.length)
  const { read } = started.under().service.app.database
  const shown = await Promise.all([
    ...[path, '/events', '/transfers', '/workspace'].map(
      async (place) => (await started.flow().ask('GET', place)).text,
    ),
    ...[read.transfers.list({}), read.events.list({}), read.exchanges.list({})].map(async (rows) =>
      JSON.stringify(await rows),
    ),
  ])
  for (const secret of [...state.secrets, ...state.proofs, started.source.key])
    assert.ok(!shown.join('\n').includes(secret))
})

test('an expectation’s address is renewed as well', async (t) => {
  const started = await start(t)
  const made = await started.flow().ask('POST', '/transfers', { input: 'table', expect: true })
  assert.equal(made.status, 201, made.text)
  const event = {
    id: randomUUID(),
    type: 'TransferProcessStarted',
    payload: { transferProcessId: 'tp-1', dataAddress: { properties: started.source.address() } },
  }
  const answer = await fetch(made.seen.callbackAddress.uri, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  })
  assert.equal(answer.status, 200)
  await succeeds(started, `/transfers/${made.seen.id}`)
  assert.equal(started.source.state.renewals, 3)
})

test('a rotated refresh token outlives a restart of the service', async (t) => {
  const started = await start(t)
  const { state } = started.source
  state.then = 503
  const path = await started.pull()
  await until('the second question', () => Promise.resolve(state.asked > 1))
  await started.restart()
  state.answer = 'renew'
  state.then = 'renew'
  await succeeds(started, path)
  assert.deepEqual([state.refused, state.renewals > 1], [0, true])
})

test('a proof by another key renews nothing', async (t) => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const started = await start(t, { key: JSON.stringify(await exportJWK(privateKey)) })
  await failsAs(started, await started.pull(), 'edr-expired')
  assert.deepEqual([started.source.state.asked, started.source.state.refused], [1, 1])
})

test('a service with a key that cannot sign does not start, and says which without showing it', async (t) => {
  await assert.rejects(start(t, { key: 'no-key-at-all' }), (error: Error) => {
    assert.match(error.message, /control plane edc: \/identity\/key must be a private key/)
    assert.doesNotMatch(error.message, /no-key-at-all/)
    return true
  })
})

test('a refresh endpoint that refuses ends the transfer', async (t) => {
  const started = await start(t)
  started.source.state.answer = 400
  const { nextStep } = await failsAs(started, await started.pull(), 'edr-expired')
  assert.equal(nextStep, 'Start the transfer again.')
  assert.equal(started.source.state.asked, 1)
})

test('a redirect of a refresh endpoint is not followed', async (t) => {
  const started = await start(t)
  const { state, port, requests } = started.source
  state.answer = { redirect: `http://127.0.0.1:${port}/private` }
  await failsAs(started, await started.pull(), 'edr-expired')
  assert.ok(requests.every(({ url }) => url !== '/private'))
})

test('a refresh endpoint that is out of order is asked again', async (t) => {
  const started = await start(t)
  const { state } = started.source
  state.answer = 503
  const path = await started.pull()
  await until('two questions', () => Promise.resolve(state.asked > 1))
  assert.equal((await started.flow().ask('GET', path)).seen.failure, null)
  state.answer = 'renew'
  await succeeds(started, path)
})

test('a hanging refresh endpoint is given up, and asked again', async (t) => {
  const started = await start(t)
  const { state } = started.source
  state.answer = 'silence'
  const path = await started.pull()
  await until('a question', () => Promise.resolve(state.asked > 0))
  state.answer = 'renew'
  const ended = await until(
    'the end',
    async () => {
      const { seen } = await started.flow().ask('GET', path)
      return seen.state === 'SUCCEEDED' && seen
    },
    30_000,
  )
  assert.equal(ended.sha256, digest)
})

test('a renewed token that is refused at once is not renewed again', async (t) => {
  const started = await start(t)
  started.source.state.renewedAlive = false
  await failsAs(started, await started.pull(), 'edr-expired')
  assert.equal(started.source.state.renewals, 1)
})

for (const [why, renewable, key] of [
  ['without an identity', true, null],
  ['without properties of renewal', false, undefined],
] as const) {
  test(`${why} the token expires, and the next transfer goes on`, async (t) => {
    const given = key === null ? { key } : {}
    const started = await start(t, { bytesPerToken: 33 * MiB, ...given })
    const { source } = started
    const { nextStep } = await failsAs(started, await started.pull(renewable), 'edr-expired')
    assert.equal(nextStep, 'Start the transfer again.')
    source.newTokens()
    await succeeds(started, await started.pull(renewable, { sha256: digest }))
    assert.equal(source.state.asked, 0)
    assert.ok(source.state.served <= 1.05 * content.length, `${source.state.served} bytes`)
    await until('no upload', async () => (await started.uploads()).length === 0)
  })
}

test('parts of another content are not gone on from', async (t) => {
  const started = await start(t, { bytesPerToken: 33 * MiB })
  await failsAs(started, await started.pull(false), 'edr-expired')
  const { source } = started
  source.newTokens()
  source.state.etag = '"two"'
  source.state.bytesPerToken = content.length
  source.state.served = 0
  await succeeds(started, await started.pull(false))
  assert.equal(source.requests.at(-1)?.headers.range, undefined)
})

test('a token that never worked is refused, not expired', async (t) => {
  const started = await start(t)
  started.source.state.alive = false
  await failsAs(started, await started.pull(false), 'source-refused')
})

test('a refresh endpoint that no message may name is never asked', async (t) => {
  const started = await start(t)
  const { managementUrl } = started.under()
  const address = {
    ...started.source.address(),
    'https://w3id.org/tractusx/auth/refreshEndpoint': `${managementUrl}/v1/control-planes`,
  }
  const path = await started.pull(true, { source: address })
  const { state, failure } = await started.flow().reaches(path, 'SUCCEEDED', 'FAILED')
  assert.deepEqual([state, failure?.code], ['FAILED', 'address-refused'])
})

test('without an audience nobody knows whom the proof is for', async (t) => {
  const started = await start(t)
  const all = Object.entries(started.source.address())
  const address = Object.fromEntries(all.filter(([name]) => !name.endsWith('refreshAudience')))
  await failsAs(started, await started.pull(true, { source: address }), 'edr-expired')
  assert.equal(started.source.state.asked, 0)
})

test('a third party’s pull proves itself to the counterparty of its flow', async (t) => {
  const started = await start(t)
  const { read } = started.under().service.app.database
  const [workspace] = await read.workspaces.list({})
  const properties = {
    authorization: started.source.state.access,
    authType: 'bearer',
    refreshToken: started.source.state.refresh,
    refreshEndpoint: started.source.url.replace('/data', '/token'),
    expiresIn: '300',
  }
  const message = openingBody({
    counterPartyId: providerDid,
    metadata: { workspace: workspace?.id, input: 'table' },
    transferType: 'HttpData-PULL',
  })
  const { connectorUrl } = started.under()
  const prepared = await signal(connectorUrl, 'prepare', message)
  assert.equal(prepared.status, 200, JSON.stringify(prepared.body))
  const dataAddress = {
    '@type': 'DataAddress',
    endpointType: 'HttpData-PULL',
    endpoint: started.source.url,
    endpointProperties: Object.entries(properties).map(([name, value]) => ({
      '@type': 'EndpointProperty',
      name,
      value,
    })),
  }
  const begun = await signal(connectorUrl, `${message.processId}/started`, {
    messageId: randomUUID(),
    dataAddress,
  })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const flow = await read.flows.first({ processId: message.processId })
  await succeeds(started, `/transfers/${flow?.transferId ?? ''}`)
  assert.equal(started.source.state.renewals, 3)
})

test('parts that nobody goes on from are removed after a day', async (t) => {
  const started = await start(t, { bytesPerToken: 33 * MiB })
  await failsAs(started, await started.pull(false), 'edr-expired')
  const { database, now } = started.under().service.app
  const { read } = database
  const [{ id } = { id: '' }] = await read.transfers.list({})
  const endedBefore = async (seconds: number) => {
    const endedAt = new Date(now().getTime() - seconds * 1000)
    await database.transaction(async (tx) => {
      await tx.transfers.update({ id }, { endedAt })
      await tx.work.schedule('transfer', id, now())
    })
    await started.idle()
  }
  await endedBefore(86_000)
  assert.equal((await started.uploads()).length, 1)
  await endedBefore(86_500)
  await until('no upload', async () => (await started.uploads()).length === 0)
  await until('no parts', async () => (await read.transferParts.list({})).length === 0)
})

test('the end of the workspace removes kept parts', async (t) => {
  const started = await start(t, { bytesPerToken: 33 * MiB })
  await failsAs(started, await started.pull(false), 'edr-expired')
  const { read } = started.under().service.app.database
  const [workspace] = await read.workspaces.list({})
  const id = workspace?.id ?? ''
  const { service, managementUrl } = started.under()
  const closed = await fetch(`${managementUrl}/v1/workspaces/${id}/close`, {
    method: 'POST',
    headers: { 'x-api-key': service.secrets.managementKey, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'it is enough' }),
  })
  assert.equal(closed.status, 202, await closed.text())
  await until('the end', async () => (await read.workspaces.get({ id }))?.state === 'DELETED')
  started.advance(86_500)
  await until('nothing kept', async () => {
    const [transfer] = await read.transfers.list({ where: { workspaceId: id } })
    return transfer?.uploadId === null
  })
})
