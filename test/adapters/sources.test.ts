import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { OutgoingHttpHeaders } from 'node:http'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSourceReader } from '../../src/adapters/sources/source-reader.ts'
import { SourceBusyError } from '../../src/application/ports/source-reader.ts'
import { FailureError } from '../../src/domain/failure.ts'
import type { SourceValidator } from '../../src/domain/transfer.ts'
import { startSource } from '../support/source-server.ts'

const seen: SourceValidator = {
  etag: '"one"',
  lastModified: null,
  bytes: 10,
  acceptsRanges: true,
  contentType: null,
}

describe('a https source', () => {
  const egress = createEgress({
    allow: ['127.0.0.1'],
    operatorOrigins: () => new Set(),
    ownListeners: () => [],
  })
  const reader = createSourceReader({ egress, beginMs: 300, idleMs: 300 })
  let server: Awaited<ReturnType<typeof startSource>>
  before(async () => {
    server = await startSource(() => undefined)
  })
  after(async () => {
    egress.destroy()
    await server.stop()
  })

  const answers = (status: number, headers: OutgoingHttpHeaders, body = '') =>
    server.respond((_, response) => response.writeHead(status, headers).end(body))
  const open = (start: number, expected: SourceValidator | null, headers = {}) =>
    reader.open(
      { type: 'http', url: server.url, headers, refresh: null },
      start,
      expected,
      AbortSignal.timeout(5_000),
    )
  const fails = async (code: string, start: number, expected: SourceValidator | null) =>
    assert.rejects(open(start, expected), (error) => {
      assert.ok(error instanceof FailureError, String(error))
      assert.equal(error.failure.code, code)
      return true
    })
  const lastHeaders = () => server.requests.at(-1)?.headers ?? {}

  it('sends the headers of its address, but none that change how it is read', async () => {
    answers(200, {}, 'x')
    const headers = { 'X-Key': 'k', Host: 'other', 'Accept-Encoding': 'gzip', Range: 'bytes=5-' }
    assert.equal(String(await (await open(0, null, headers)).body.toArray()), 'x')
    const sent = lastHeaders()
    assert.deepEqual(
      [sent['x-key'], sent['accept-encoding'], sent.range],
      ['k', 'identity', undefined],
    )
    assert.notEqual(sent.host, 'other')
  })

  it('says what identifies the content', async () => {
    answers(200, { etag: '"e"', 'accept-ranges': 'bytes', 'content-type': 'text/csv' }, 'abc')
    const { validator, body } = await open(0, null)
    body.destroy()
    assert.deepEqual(validator, {
      etag: '"e"',
      lastModified: null,
      bytes: null,
      acceptsRanges: true,
      contentType: 'text/csv',
    })
  })

  it('asks for a range on the condition of a strong ETag', async () => {
    answers(206, { etag: '"one"', 'content-range': 'bytes 4-9/10' }, '456789')
    const stream = await open(4, seen)
    assert.deepEqual([stream.start, stream.validator.bytes], [4, 10])
    assert.equal(String(await stream.body.toArray()), '456789')
    assert.deepEqual([lastHeaders().range, lastHeaders()['if-range']], ['bytes=4-', '"one"'])
  })

  it('makes no condition of a weak ETag, but of a date', async () => {
    const lastModified = 'Tue, 24 Nov 2026 00:00:00 GMT'
    answers(206, { etag: 'W/"one"', 'content-range': 'bytes 4-9/10' }, '456789')
    const stream = await open(4, { ...seen, etag: 'W/"one"', lastModified })
    stream.body.destroy()
    assert.equal(lastHeaders()['if-range'], lastModified)
  })

  it('tells when the whole came instead of a range', async () => {
    answers(200, { etag: '"one"', 'content-length': 10 }, '0123456789')
    const stream = await open(4, seen)
    stream.body.destroy()
    assert.equal(stream.start, 0)
  })

  const changes: readonly (readonly [string, number, OutgoingHttpHeaders])[] = [
    ['another ETag', 206, { etag: '"two"', 'content-range': 'bytes 4-9/10' }],
    ['another length', 206, { etag: '"one"', 'content-range': 'bytes 4-9/11' }],
    ['the whole with another ETag', 200, { etag: '"two"' }],
    ['a failed condition', 412, {}],
    ['an end before the range', 416, { 'content-range': 'bytes */3' }],
  ]
  for (const [what, status, headers] of changes) {
    it(`is changed by ${what}`, async () => {
      answers(status, headers)
      await fails('source-changed', 4, seen)
    })
  }

  it('is read whole when nothing is left', async () => {
    answers(416, { 'content-range': 'bytes */10' })
    assert.deepEqual(await (await open(10, seen)).body.toArray(), [])
  })

  it('does not take a range that was not asked for', async () => {
    answers(206, { etag: '"one"', 'content-range': 'bytes 5-9/10' }, '56789')
    await fails('no-progress', 4, seen)
    answers(206, { etag: '"one"' }, '56789')
    await fails('no-progress', 4, seen)
  })

  it('tells how long a busy source wants to be left alone', async () => {
    answers(503, { 'retry-after': '7' })
    await assert.rejects(open(0, null), (error) => {
      assert.ok(error instanceof SourceBusyError)
      assert.equal(error.retryAfterMs, 7_000)
      return true
    })
  })

  it('does not wait for an answer that never comes', async () => {
    server.respond(() => undefined)
    await fails('no-progress', 0, null)
  })

  it('ends with the signal, before and in the body', async () => {
    server.respond((_, response) => response.write('x'))
    const stop = new AbortController()
    const source = { type: 'http', url: server.url, headers: {}, refresh: null } as const
    const { body } = await reader.open(source, 0, null, stop.signal)
    const reading = body.toArray()
    stop.abort(new Error('stopped by the caller'))
    await assert.rejects(reading, /stopped by the caller/)
    await assert.rejects(reader.open(source, 0, null, stop.signal), /stopped by the caller/)
  })
})
