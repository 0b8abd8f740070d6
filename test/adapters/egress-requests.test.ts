import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSourceReader } from '../../src/adapters/sources/source-reader.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { startSource } from '../support/source-server.ts'

const egress = createEgress({
  allow: ['127.0.0.0/8'],
  operatorOrigins: () => new Set(),
  ownListeners: () => [],
  lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
})
const reader = createSourceReader({ egress })
const signal = () => AbortSignal.timeout(10_000)
const pull = async (url: string) => {
  const source = { type: 'http', url, headers: { authorization: 'secret' }, refresh: null } as const
  const { body } = await reader.open(source, 0, null, signal())
  return String(await body.toArray())
}
const request = (url: string) =>
  ({
    method: 'POST',
    url,
    body: '{}',
    trust: 'foreign',
    timeoutMs: 5_000,
    maxResponseBytes: 100,
  }) as const

const failsWith = (code: string) => (error: unknown) => {
  assert.ok(error instanceof FailureError, String(error))
  assert.equal(error.failure.code, code)
  return true
}

describe('requests over TLS', () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
  const cert = fixture('files-test.cert.pem')
  let location: string | undefined
  const server = createServer({ cert, key: fixture('files-test.key.pem') }, (_, response) => {
    if (location === undefined) response.end('over TLS')
    else response.writeHead(302, { location }).end()
  })
  const usual = getCACertificates('default')
  const url = () => {
    const address = server.address()
    return `https://files.test:${typeof address === 'object' ? (address?.port ?? 0) : 0}/x`
  }
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  after(() => {
    setDefaultCACertificates(usual)
    server.close()
    server.closeAllConnections()
  })

  it('refuse a certificate that nobody vouches for', async () => {
    await assert.rejects(pull(url()), failsWith('no-progress'))
    await assert.rejects(egress.outbound.send(request(url()), signal()), failsWith('no-progress'))
  })

  it('reach a server whose certificate is trusted for its name, and for no other', async () => {
    setDefaultCACertificates([...usual, cert])
    assert.equal(await pull(url()), 'over TLS')
    assert.equal((await egress.outbound.send(request(url()), signal())).body, 'over TLS')
    const other = url().replace('files.test', 'other.test')
    await assert.rejects(pull(other), failsWith('no-progress'))
  })

  it('never become plain by a redirect', async () => {
    const plain = await startSource((_, response) => response.end('plain'))
    try {
      location = plain.url
      await assert.rejects(pull(url()), failsWith('address-refused'))
      assert.equal(plain.connections(), 0)
    } finally {
      await plain.stop()
    }
  })
})

describe('small requests', () => {
  it('read an answer only to their limit and end in time', async () => {
    const source = await startSource((request, response) => {
      response.write('x'.repeat(1000))
      if (request.method === 'GET') response.end()
    })
    try {
      const get = { ...request(source.url), method: 'GET' } as const
      assert.equal((await egress.outbound.send(get, signal())).body, 'x'.repeat(100))
      const slow = { ...request(source.url), timeoutMs: 200, maxResponseBytes: 2000 }
      await assert.rejects(egress.outbound.send(slow, signal()), (error) => {
        assert.ok(error instanceof FailureError)
        assert.equal(error.failure.code, 'no-progress')
        assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+ did not answer within 200 ms\.$/)
        return true
      })
    } finally {
      await source.stop()
    }
  })

  it('never follow more than five redirects, and only where bytes are read', async () => {
    const source = await startSource((_, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    )
    try {
      await assert.rejects(pull(source.url), failsWith('address-refused'))
      assert.equal(source.requests.length, 6)
    } finally {
      await source.stop()
    }
  })
})
