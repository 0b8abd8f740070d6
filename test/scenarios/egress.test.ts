import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { openingBody, signal } from '../support/control-plane-under-test.ts'
import { nodeService } from '../support/services.ts'
import { startWorld, type OpenedFlow, type World } from '../support/two-agreements-open.ts'
import { until } from '../support/until.ts'

const services = { 'any.service.yaml': nodeService('any', '') }
/** The only address that the operator's list names. */
const allowedHost = '127.0.0.9'

async function listen(host: string, port: number, answer: RequestListener) {
  let connections = 0
  const server = createServer(answer)
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

type Listening = Awaited<ReturnType<typeof listen>>

const refusal = 'not a public https address'

/** How an address gets to the service: each gives what became of it. */
const ways = {
  pull: (_world: World, flow: OpenedFlow, url: string) =>
    transferred(flow, { input: randomUUID(), source: { type: 'https', url } }),
  s3: (_world: World, flow: OpenedFlow, url: string) => {
    const keys = { accessKeyId: 'k', secretAccessKey: 's', bucketName: 'b', objectName: 'o' }
    const source = { type: 'AmazonS3', endpointOverride: new URL(url).origin, region: 'r', ...keys }
    return transferred(flow, { input: randomUUID(), source })
  },
  event: async (_world: World, flow: OpenedFlow, url: string) => {
    const { seen } = await flow.ask('POST', '/transfers', { input: randomUUID(), expect: true })
    const dataAddress = { properties: { type: 'HttpData', endpoint: url } }
    const payload = { transferProcessId: 'tp', type: 'CONSUMER', dataAddress }
    const response = await fetch(seen.callbackAddress.uri, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'e', at: 1, type: 'TransferProcessStarted', payload }),
    })
    if (!response.ok) return ((await response.json()) as { code: string }).code
    return ended(flow, seen.id)
  },
  started: async (world: World, flow: OpenedFlow, url: string) => {
    const { seen } = await flow.ask('GET', '/workspace')
    const input = randomUUID()
    const opening = openingBody({ metadata: { workspace: seen.id, input } })
    await signal(world.under.connectorUrl, 'prepare', opening)
    const answer = await signal(world.under.connectorUrl, `${opening.processId}/started`, {
      messageId: randomUUID(),
      dataAddress: { endpointType: 'HttpData', endpoint: url, endpointProperties: [] },
    })
    if (answer.status !== 200) return answer.body.code
    const { items } = (await flow.ask('GET', `/transfers?input=${input}`)).seen
    return ended(flow, items[0]?.id ?? '')
  },
  webhook: async (_world: World, flow: OpenedFlow, url: string) => {
    const made = await flow.ask('POST', '/subscriptions', { url })
    if (made.status !== 201) return made.seen.code
    const path = `/subscriptions/${made.seen.id}`
    await flow.ask('POST', `${path}/test`)
    const tried = await until('an attempt', async () => {
      const { text } = await flow.ask('GET', `${path}/deliveries`)
      return /"number":1/.test(text) && text
    })
    await flow.ask('DELETE', path)
    if (/"status":20\d/.test(tried)) return 'delivered'
    return tried.includes(refusal) ? 'address-refused' : tried
  },
  push: async (world: World, _flow: OpenedFlow, url: string) => {
    const address = { '@type': 'DataAddress', endpointType: 'HttpData', endpointProperties: [] }
    const opening = openingBody({
      transferType: 'HttpData-PUSH',
      agreementId: randomUUID(),
      dataAddress: { ...address, endpoint: url },
    })
    const answer = await signal(world.under.connectorUrl, 'start', opening)
    if (answer.status !== 200) return answer.body.code
    const { read } = world.under.service.app.database
    const tried = await until('an attempt', async () => {
      const where = { processId: opening.processId }
      const flowId = (await read.flows.first(where))?.id ?? ''
      const delivery = await read.deliveries.first({ flowId, kind: 'access-document' })
      return delivery !== undefined && delivery.attempts > 0 && delivery
    })
    if (tried.state === 'DELIVERED') return 'delivered'
    const attempt = await read.deliveryAttempts.first({ deliveryId: tried.id })
    return attempt?.error?.includes(refusal) === true ? 'address-refused' : attempt?.error
  },
} as const

type Way = keyof typeof ways

async function transferred(flow: OpenedFlow, body: object) {
  const { status, seen } = await flow.ask('POST', '/transfers', body)
  return status === 201 ? ended(flow, seen.id) : seen.code
}

async function ended(flow: OpenedFlow, transferId: string) {
  const path = `/transfers/${transferId}`
  const { state, failure } = await flow.reaches(path, 'SUCCEEDED', 'FAILED', 'CANCELLED')
  return state === 'SUCCEEDED' ? 'delivered' : failure?.code
}

describe('addresses that are not public', () => {
  let world: World
  let flow: OpenedFlow
  let counting: Listening[] = []
  let allowed: Listening
  let redirecting: Listening
  let port = 0

  before(async () => {
    world = await startWorld({ services, variables: { DSC_EGRESS_ALLOW: allowedHost } })
    flow = await world.open()
    const answer: RequestListener = (_request, response) => response.end('reached')
    const first = await listen('127.0.0.1', 0, answer)
    port = first.port
    const more = await Promise.all(
      ['127.0.0.2', '::1'].map((host) => listen(host, port, answer).catch(() => null)),
    )
    counting = [first, ...more.filter((one) => one !== null)]
    allowed = await listen(allowedHost, 0, answer)
    redirecting = await listen(allowedHost, 0, (request, response) => {
      const location = `http://127.0.0.1:${port}${request.url ?? ''}`
      response.writeHead(307, { location }).end()
    })
  })
  after(async () => {
    for (const one of [...counting, allowed, redirecting]) one.stop()
    await world[Symbol.asyncDispose]()
  })

  const allowedUrl = () => `http://${allowedHost}:${allowed.port}`
  const accepted = () => counting.reduce((sum, one) => sum + one.connections(), 0)

  /** Forms of loopback, private, link-local, metadata and shared addresses, and names that mean this machine. */
  const hosts = [
    '127.0.0.1',
    '127.0.0.2',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '017700000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    'localhost',
    'LOCALHOST.',
    'any.localhost',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '[fd00::1]',
    '169.254.1.1',
    '[fe80::1]',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '[::ffff:169.254.169.254]',
    '[fd00:ec2::254]',
    '168.63.129.16',
    '198.51.100.1',
    '240.0.0.1',
    '224.0.0.1',
  ]

  for (const way of Object.keys(ways) as Way[]) {
    test(`${way}: refused in every form, and nobody is connected to`, async () => {
      for (const host of hosts) {
        for (const scheme of ['http', 'https']) {
          const url = `${scheme}://${host}:${port}/data`
          const outcome = await ways[way](world, flow, url)
          assert.equal(outcome, 'address-refused', url)
        }
      }
      assert.equal(accepted(), 0)
    })

    test(`${way}: a redirect to one is not followed`, async () => {
      const url = `http://${allowedHost}:${redirecting.port}/data`
      const asked = redirecting.connections()
      const outcome = await ways[way](world, flow, url)
      assert.notEqual(outcome, 'delivered')
      assert.ok(redirecting.connections() > asked, 'nobody asked')
      assert.equal(accepted(), 0)
    })
  }

  for (const way of ['pull', 'event', 'started', 'webhook', 'push'] as const) {
    test(`${way}: an address that the operator's list names is reached`, async () => {
      assert.equal(await ways[way](world, flow, `${allowedUrl()}/data`), 'delivered')
    })
  }
})

describe('our own listeners', () => {
  let world: World
  let flow: OpenedFlow
  before(async () => {
    const allow = '127.0.0.0/8,::1,localhost,any.localhost,0.0.0.0'
    world = await startWorld({ services, variables: { DSC_EGRESS_ALLOW: allow } })
    flow = await world.open()
  })
  after(() => world[Symbol.asyncDispose]())

  for (const way of ['pull', 'event', 'started', 'webhook', 'push'] as const) {
    test(`${way}: never, whatever the operator's list says`, async () => {
      const { consumerUrl, connectorUrl, managementUrl, service } = world.under
      const ports = [consumerUrl, connectorUrl, managementUrl, service.storeUrl].map(
        (url) => new URL(url).port,
      )
      for (const port of ports) {
        for (const host of [
          '127.0.0.1',
          'localhost',
          '2130706433',
          '0.0.0.0',
          '[::ffff:127.0.0.1]',
        ]) {
          const url = `http://${host}:${port}/health/live`
          const outcome = await ways[way](world, flow, url)
          assert.equal(outcome, 'address-refused', url)
        }
      }
    })
  }

  test('our own store, only as S3 with keys that the address brings', async () => {
    await flow.ask('PUT', '/inputs/own', 'own')
    const { body } = await flow.consumer.call('POST', '/credentials', {})
    const { endpoint, bucket, region, ...keys } = body as Record<string, string>
    const address = { type: 'AmazonS3', endpointOverride: endpoint, region, bucketName: bucket }
    const given = {
      accessKeyId: keys['accessKeyId'],
      secretAccessKey: keys['secretAccessKey'],
      sessionToken: keys['sessionToken'],
    }
    const source = { ...address, ...given, objectName: 'inputs/own' }
    assert.equal(await transferred(flow, { input: 'copied', source }), 'delivered')
    assert.equal((await flow.ask('GET', '/inputs/copied')).text, 'own')
    const wrong = { ...source, secretAccessKey: 'wrong' }
    assert.equal(await transferred(flow, { input: 'refused', source: wrong }), 'source-refused')
  })

  test('a redirect to one is not followed', async (context) => {
    const { managementUrl } = world.under
    const source = await listen('127.0.0.1', 0, (_request, response) =>
      response.writeHead(302, { location: `${managementUrl}/health/live` }).end(),
    )
    context.after(() => source.stop())
    const outcome = await ways.pull(world, flow, `http://127.0.0.1:${source.port}/`)
    assert.equal(outcome, 'address-refused')
  })
})
