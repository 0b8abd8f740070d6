import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PullCancelled, type PulledPart } from '../../src/application/intake/pull-request.ts'
import { pullSource } from '../../src/application/intake/pull-source.ts'
import { bucket, endless, large, mebibyte, pullFixture, small } from '../support/pull-fixture.ts'
import { serveFile } from '../support/source-server.ts'

describe('a pull that fails', () => {
  const { requestFor, withSource, uploads, stored, isStored, fails, store, journal } = pullFixture()

  it('refuses a source that changes in between', () =>
    withSource(
      (request, response, count) =>
        serveFile(request, response, {
          content: large,
          etag: `"${count}"`,
          breakAfter: 9 * mebibyte,
        }),
      async (source) => fails(requestFor(source.url), 'source-changed'),
    ))

  it('refuses a changed source after a restart', () =>
    withSource(
      (request, response, count) => {
        if (count === 0) serveFile(request, response, { content: large, breakAfter: 9 * mebibyte })
        else response.socket?.destroy()
      },
      async (source) => {
        await fails(requestFor(source.url), 'no-progress', 1)
        source.respond((request, response) =>
          serveFile(request, response, { content: large, etag: '"two"' }),
        )
        await fails(requestFor(source.url), 'source-changed')
      },
    ))

  it('never publishes a body that ends early', () =>
    withSource(
      (_, response) => {
        response.writeHead(200, { 'content-length': large.length })
        response.write(small, () => response.socket?.end())
      },
      async (source) => fails(requestFor(source.url), 'no-progress', 1),
    ))

  it('refuses a length that was not expected', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: small }),
      async (source) => {
        await fails(requestFor(source.url, { expectedBytes: 5 }), 'length-mismatch')
      },
    ))

  it('refuses a body of unknown length that ends before the expected one', () =>
    withSource(
      (_, response) => {
        response.write(large.subarray(0, 9 * mebibyte), () => response.end())
      },
      async (source) => {
        await fails(requestFor(source.url, { expectedBytes: large.length }), 'length-mismatch')
      },
    ))

  it('refuses a wrong digest before anything is visible', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        await fails(requestFor(source.url, { expectedSha256: '0'.repeat(64) }), 'digest-mismatch')
      },
    ))

  it('stops an endless body at the limit', () =>
    withSource(
      (_, response) => {
        endless(small).pipe(response)
      },
      async (source) => {
        await fails(requestFor(source.url, { maxBytes: 30 * mebibyte }), 'limit-reached')
        assert.ok(journal().seen.parts > 0)
      },
    ))

  it('reads nothing of a body that is announced too long', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        await fails(requestFor(source.url, { maxBytes: mebibyte }), 'limit-reached')
        assert.equal(journal().seen.progress, 0)
      },
    ))

  it('ends a connection that sends nothing', () =>
    withSource(
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 })
        response.write('x')
      },
      async (source) => fails(requestFor(source.url), 'no-progress'),
    ))

  it('waits as a busy source asks and then goes on', () =>
    withSource(
      (request, response, count) => {
        if (count === 0) response.writeHead(503, { 'retry-after': '1' }).end()
        else serveFile(request, response, { content: small })
      },
      async (source) => {
        const began = performance.now()
        await pullSource(requestFor(source.url))
        assert.ok(performance.now() - began >= 990)
        await isStored(small)
      },
    ))

  it('leaves a source alone that asks for a longer pause', () =>
    withSource(
      (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
      async (source) => {
        await fails(requestFor(source.url), 'no-progress')
        assert.equal(source.requests.length, 1)
      },
    ))

  for (const [status, code] of [
    [401, 'source-refused'],
    [403, 'source-refused'],
    [404, 'source-gone'],
    [410, 'source-gone'],
    [418, 'source-refused'],
    [204, 'source-refused'],
  ] as const) {
    it(`fails with ${code} when the source answers ${status}`, () =>
      withSource(
        (_, response) => response.writeHead(status).end(),
        async (source) => fails(requestFor(source.url), code),
      ))
  }

  it('refuses encoded content', () =>
    withSource(
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      async (source) => fails(requestFor(source.url), 'source-refused'),
    ))

  it('follows a redirect, and gives another origin no credential', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: small }),
      async (target) => {
        await withSource(
          (_, response) => response.writeHead(302, { location: target.url }).end(),
          async (source) => {
            await pullSource(requestFor(source.url))
            assert.equal(target.requests[0]?.headers.authorization, undefined)
            await isStored(small)
          },
        )
      },
    ))

  it('keeps its parts when the work is only interrupted', () =>
    withSource(
      (_, response) => {
        response.writeHead(200, { 'content-length': large.length, etag: '"one"' })
        response.write(large.subarray(0, 9 * mebibyte))
      },
      async (source) => {
        const stop = new AbortController()
        const stopping = {
          ...journal().journal,
          partDone: async (part: PulledPart) => {
            await journal().journal.partDone(part)
            stop.abort(new Error('shutting down'))
          },
        }
        const pull = pullSource(requestFor(source.url, { signal: stop.signal, journal: stopping }))
        await assert.rejects(pull, /shutting down/)
        assert.equal((await uploads()).length, 1)
      },
    ))

  it('removes its upload when it is cancelled', () =>
    withSource(
      (_, response) => {
        response.writeHead(200, { 'content-length': large.length, etag: '"one"' })
        response.write(large.subarray(0, 9 * mebibyte))
      },
      async (source) => {
        const stop = new AbortController()
        const stopping = {
          ...journal().journal,
          partDone: () => {
            stop.abort(new PullCancelled('cancelled'))
            return Promise.resolve()
          },
        }
        const pull = pullSource(requestFor(source.url, { signal: stop.signal, journal: stopping }))
        await assert.rejects(pull, PullCancelled)
        assert.deepEqual(await uploads(), [])
      },
    ))

  it('publishes nothing when the lease cannot be renewed', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        const beforePublish = () => Promise.reject(new Error('lease lost'))
        await assert.rejects(pullSource(requestFor(source.url, { beforePublish })), /lease lost/)
        assert.equal(await stored(), null)
      },
    ))

  it('reads an S3 object with the keys of its address', async () => {
    const signal = AbortSignal.timeout(10_000)
    await store().store.put(bucket, 'jobs/from', small, {}, signal)
    const source = {
      type: 's3',
      endpoint: store().url,
      region: store().region,
      bucket,
      key: 'jobs/from',
      ...store().owner,
      sessionToken: null,
    } as const
    await pullSource(requestFor('', { source }))
    await isStored(small)
    const wrong = { ...source, secretAccessKey: 'wrong' }
    await assert.rejects(pullSource(requestFor('', { source: wrong })), /403/)
    await assert.rejects(pullSource(requestFor('', { source: { ...source, key: 'none' } })), /404/)
  })
})
