import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { createEgress, type EgressSettings } from '../../src/adapters/egress/egress.ts'
import { createSourceReader } from '../../src/adapters/sources/source-reader.ts'
import type { Source } from '../../src/domain/data-address.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { startSource } from '../support/source-server.ts'

/** Counts what is accepted on any address of this machine, IPv4 and IPv6. */
class Trap {
  accepted = 0
  port = 0
  readonly #server: Server = createServer((socket) => {
    this.accepted += 1
    socket.on('error', () => undefined)
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'),
    )
  })

  async start() {
    await new Promise<void>((resolve) => this.#server.listen(0, '::', resolve))
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  stop() {
    return new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'loopback.test': ['127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'private.test': ['10.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'mixed.test': ['93.184.216.34', '127.0.0.1'],
  'none.test': [],
}
const lookup: NonNullable<EgressSettings['lookup']> = (host) =>
  host in names
    ? Promise.resolve(
        (names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    : Promise.reject(new Error('ENOTFOUND'))

const ownAddress = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

const addresses: readonly (readonly [string, string])[] = [
  ['loopback', '127.0.0.1'],
  ['another loopback', '127.8.9.10'],
  ['unspecified', '0.0.0.0'],
  ['IPv6 loopback', '[::1]'],
  ['IPv6 unspecified', '[::]'],
  ['private', '10.0.0.1'],
  ['an own interface', ownAddress ?? '192.168.0.1'],
  ['link-local', '169.254.1.1'],
  ['metadata', '169.254.169.254'],
  ['IPv4-mapped', '[::ffff:127.0.0.1]'],
  ['IPv4-mapped in hexadecimal', '[::ffff:7f00:1]'],
  ['decimal', '2130706433'],
  ['octal', '0177.0.0.1'],
  ['hexadecimal', '0x7f000001'],
  ['short', '127.1'],
  ['localhost', 'localhost'],
  ['a name of loopback', 'loopback.test'],
  ['a name of a mapped address', 'mapped.test'],
  ['a name of a private address', 'private.test'],
  ['a name of metadata', 'metadata.test'],
  ['a name with a public and a private address', 'mixed.test'],
]

const s3Source = (endpoint: string): Source => ({
  type: 's3',
  endpoint,
  region: 'us-east-1',
  bucket: 'bucket',
  key: 'key',
  accessKeyId: 'key-id',
  secretAccessKey: 'secret',
  sessionToken: null,
})
const httpSource = (url: string): Source => ({ type: 'http', url, headers: {}, refresh: null })
const signal = () => AbortSignal.timeout(10_000)
const post = (url: string) =>
  ({
    method: 'POST',
    url,
    body: '{}',
    trust: 'foreign',
    timeoutMs: 5_000,
    maxResponseBytes: 100,
  }) as const

function ways(settings: Partial<EgressSettings>) {
  const egress = createEgress({
    allow: [],
    operatorOrigins: () => new Set(),
    ownListeners: () => [],
    lookup,
    ...settings,
  })
  const reader = createSourceReader({ egress, beginMs: 5_000, idleMs: 5_000 })
  const open = async (source: Source) => {
    const { body } = await reader.open(source, 0, null, signal())
    return body.toArray()
  }
  return {
    egress,
    pull: (url: string): Promise<unknown> => open(httpSource(url)),
    post: (url: string): Promise<unknown> => egress.outbound.send(post(url), signal()),
    s3: (url: string): Promise<unknown> => open(s3Source(url)),
    get: (url: string): Promise<unknown> => egress.fetch('foreign')(url),
  }
}

const isRefusal = (error: unknown) => {
  assert.ok(error instanceof FailureError, String(error))
  assert.equal(error.failure.code, 'address-refused')
  return true
}

describe('guarded egress', () => {
  const trap = new Trap()
  before(() => trap.start())
  after(() => trap.stop())

  for (const way of ['pull', 'post', 's3', 'get'] as const) {
    for (const [what, host] of addresses) {
      for (const scheme of ['http', 'https']) {
        it(`refuses ${way} of ${what} over ${scheme} without a connection`, async () => {
          const before = trap.accepted
          await assert.rejects(ways({})[way](`${scheme}://${host}:${trap.port}/x`), isRefusal)
          assert.equal(trap.accepted, before)
        })
      }
    }
  }

  for (const [what, host] of addresses) {
    it(`refuses a redirect to ${what}`, async () => {
      const redirecting = await startSource((_, response) =>
        response.writeHead(307, { location: `https://${host}:${trap.port}/x` }).end(),
      )
      try {
        const before = trap.accepted
        const { pull, post, s3 } = ways({ allow: [`127.0.0.1:${redirecting.port}`] })
        await assert.rejects(pull(redirecting.url), isRefusal)
        await assert.rejects(s3(redirecting.url), FailureError)
        const answer = await post(redirecting.url)
        assert.ok(typeof answer === 'object' && answer !== null && 'status' in answer)
        assert.equal(answer.status, 307)
        assert.equal(trap.accepted, before)
      } finally {
        await redirecting.stop()
      }
    })
  }

  for (const way of ['pull', 'post', 's3', 'get'] as const) {
    it(`lets ${way} reach what the operator allows, by network and by name`, async () => {
      for (const allow of ['127.0.0.0/8', `127.0.0.1:${trap.port}`]) {
        const before = trap.accepted
        await ways({ allow: [allow] })[way](`http://127.0.0.1:${trap.port}/x`)
        assert.equal(trap.accepted, before + 1)
      }
      for (const name of ['loopback.test', 'mapped.test']) {
        const before = trap.accepted
        await ways({ allow: [name] })[way](`http://${name}:${trap.port}/x`)
        assert.equal(trap.accepted, before + 1)
      }
    })

    for (const host of ['0.0.0.0', '::', '127.0.0.1', 'loopback.test', 'unknown.test']) {
      it(`never lets ${way} reach our own listener at ${host}`, async () => {
        const before = trap.accepted
        const own = { host, port: trap.port }
        const guarded = ways({
          allow: ['0.0.0.0/0', '::/0', 'loopback.test', 'mapped.test', 'localhost'],
          ownListeners: () => [own],
        })
        const targets = ['127.0.0.1', '0.0.0.0', '[::ffff:127.0.0.1]', 'loopback.test']
        for (const target of host === '127.0.0.1' ? targets : [...targets, ownAddress ?? '::1']) {
          if (host === 'loopback.test' && target === ownAddress) continue
          const url = `http://${target}:${trap.port}/x`
          await assert.rejects(guarded[way](url), isRefusal, url)
        }
        assert.equal(trap.accepted, before)
      })
    }
  }

  it('lets only S3 sources, with keys of their own, reach the own store', async () => {
    const settings = {
      allow: ['127.0.0.0/8'],
      ownListeners: () => [{ host: '127.0.0.1', port: trap.port, store: true }],
    }
    const before = trap.accepted
    const { pull, post, s3 } = ways(settings)
    await assert.rejects(pull(`http://127.0.0.1:${trap.port}/x`), isRefusal)
    await assert.rejects(post(`http://127.0.0.1:${trap.port}/x`), isRefusal)
    assert.equal(trap.accepted, before)
    await s3(`http://127.0.0.1:${trap.port}`)
    assert.equal(trap.accepted, before + 1)
  })

  it('refuses keys that are empty, so that no source is read anonymously', async () => {
    const { egress } = ways({ allow: ['127.0.0.0/8'] })
    const before = trap.accepted
    const source = { ...s3Source(`http://127.0.0.1:${trap.port}`), accessKeyId: '' }
    await assert.rejects(
      createSourceReader({ egress }).open(source, 0, null, signal()),
      /has no keys/,
    )
    assert.equal(trap.accepted, before)
  })

  it('lets the operator reach exactly the configured origins', async () => {
    const origin = `http://127.0.0.1:${trap.port}`
    const { egress } = ways({ operatorOrigins: () => new Set([origin]) })
    const send = (url: string) =>
      egress.outbound.send({ ...post(url), trust: 'operator' }, signal())
    assert.equal((await send(`${origin}/callback`)).status, 200)
    const before = trap.accepted
    await assert.rejects(send(`http://127.0.0.2:${trap.port}/callback`), isRefusal)
    await assert.rejects(send(`https://127.0.0.1:${trap.port}/callback`), isRefusal)
    assert.equal(trap.accepted, before)
  })

  it('tells at once which URLs can never pass', () => {
    const { outbound } = ways({ allow: ['files.test:8080'] }).egress
    for (const url of ['https://a.example/x', 'http://files.test:8080/', 'https://private.test/']) {
      outbound.checkUrl(url, 'foreign')
    }
    for (const url of [
      'http://a.example/',
      'https://10.0.0.1/',
      'ftp://a.example/',
      'file:///x',
      'x',
    ]) {
      assert.throws(() => outbound.checkUrl(url, 'foreign'), ProblemError, url)
    }
    assert.throws(() => outbound.checkUrl('https://a.example/', 'operator'), ProblemError)
  })

  it('takes no proxy from the environment', async () => {
    const proxy = `http://127.0.0.1:${trap.port}`
    const before = trap.accepted
    process.env['HTTP_PROXY'] = proxy
    process.env['http_proxy'] = proxy
    const source = await startSource((_, response) => response.end('direct'))
    try {
      const { pull } = ways({ allow: ['127.0.0.0/8'] })
      assert.equal(String(await pull(source.url)), 'direct')
      assert.equal(trap.accepted, before)
    } finally {
      delete process.env['HTTP_PROXY']
      delete process.env['http_proxy']
      await source.stop()
    }
  })
})
