import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSourceReader } from '../../src/adapters/sources/source-reader.ts'
import {
  newPull,
  PullCancelled,
  type PulledPart,
  type PullRequest,
  type PullState,
} from '../../src/application/pull-request.ts'
import { pullSource } from '../../src/application/pull-source.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { startSource, serveFile, type Respond } from '../support/source-server.ts'
import { startStore } from '../support/store-fixture.ts'

const mebibyte = 1024 * 1024
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const retries = { tries: 4, firstDelayMs: 1, maxDelayMs: 5, maxPauseMs: 2_000 }
const bucket = 'dsc-pull-test'
const key = 'inputs/file.bin'
const large = randomBytes(20 * mebibyte + 123)
const small = randomBytes(100_000)

type Store = Awaited<ReturnType<typeof startStore>>

const endless = (chunk: Buffer) =>
  new Readable({
    read() {
      this.push(chunk)
    },
  })

/** Remembers what a database would, across runs. */
function memoryJournal() {
  let state: PullState = newPull
  const seen = { anew: 0, uploads: 0, parts: 0, progress: 0 }
  const journal: PullRequest['journal'] = {
    sourceSeen: async (validator) => {
      state = { ...state, validator }
    },
    uploadCreated: async (uploadId, partBytes) => {
      seen.uploads += 1
      state = { ...state, uploadId, partBytes, parts: [] }
    },
    partDone: async (part: PulledPart) => {
      seen.parts += 1
      const others = state.parts.filter(({ partNumber }) => partNumber !== part.partNumber)
      state = { ...state, parts: [...others, part] }
    },
    startedAnew: async () => {
      seen.anew += 1
      state = newPull
    },
    progress: (bytes) => {
      seen.progress = bytes
    },
  }
  return { journal, seen, state: () => state }
}

describe('a pull', () => {
  let fixture: Store
  const egress = createEgress({
    allow: ['127.0.0.0/8'],
    operatorOrigins: () => new Set(),
    ownListeners: () => [],
  })
  const reader = createSourceReader({ egress, idleMs: 300, beginMs: 1_000 })
  let memory = memoryJournal()

  before(async () => {
    fixture = await startStore()
    await fixture.store.ensureBucket(bucket, 'ws-1', AbortSignal.timeout(10_000))
  })
  after(async () => {
    egress.destroy()
    await fixture.stop()
  })
  beforeEach(async () => {
    memory = memoryJournal()
    await fixture.store.empty(bucket, AbortSignal.timeout(10_000))
  })

  const requestFor = (url: string, more: Partial<PullRequest> = {}): PullRequest => ({
    reader,
    store: fixture.store,
    bucket,
    key,
    source: { type: 'http', url, headers: { authorization: 'token' }, refresh: null },
    state: memory.state(),
    expectedBytes: null,
    expectedSha256: null,
    maxBytes: 100 * mebibyte,
    condition: {},
    journal: memory.journal,
    beforePublish: async () => undefined,
    signal: AbortSignal.timeout(30_000),
    retries,
    ...more,
  })
  const withSource = async (
    respond: Respond,
    use: (source: Awaited<ReturnType<typeof startSource>>) => Promise<void>,
  ) => {
    const source = await startSource(respond)
    try {
      await use(source)
    } finally {
      await source.stop()
    }
  }
  const uploads = () => fixture.store.listUploads(bucket, '', AbortSignal.timeout(5_000))
  const stored = async () => {
    const object = await fixture.store.read(bucket, key, {})
    if (object === null) return null
    return Buffer.concat(await object.body.toArray())
  }
  const isStored = async (content: Buffer) => {
    assert.equal(sha256((await stored()) ?? Buffer.alloc(0)), sha256(content))
    assert.deepEqual(await uploads(), [])
  }
  const fails = async (request: PullRequest, code: string, left = 0) => {
    await assert.rejects(pullSource(request), (error) => {
      assert.ok(error instanceof FailureError, String(error))
      assert.equal(error.failure.code, code, error.failure.message)
      return true
    })
    assert.equal(await stored(), null)
    assert.equal((await uploads()).length, left)
  }

  it('puts a small body at once', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: small }),
      async (source) => {
        const result = await pullSource(requestFor(source.url))
        assert.deepEqual([result.bytes, result.sha256], [small.length, sha256(small)])
        assert.equal(memory.seen.uploads, 0)
        assert.equal(source.requests[0]?.headers.authorization, 'token')
        assert.equal(source.requests[0].headers['accept-encoding'], 'identity')
        await isStored(small)
      },
    ))

  it('takes an empty body', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: Buffer.alloc(0) }),
      async (source) => {
        assert.equal((await pullSource(requestFor(source.url))).bytes, 0)
        await isStored(Buffer.alloc(0))
      },
    ))

  it('copies a large body by parts and checks length and digest', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        const expected = { expectedBytes: large.length, expectedSha256: sha256(large) }
        const result = await pullSource(requestFor(source.url, expected))
        assert.equal(result.sha256, sha256(large))
        assert.equal(result.etag, (await fixture.store.head(bucket, key))?.etag)
        assert.deepEqual([memory.seen.uploads, memory.seen.parts], [1, 3])
        assert.equal(memory.seen.progress, large.length)
        await isStored(large)
      },
    ))

  it('takes a large body of unknown length', () =>
    withSource(
      (_, response) => {
        response.write(large.subarray(0, mebibyte))
        response.end(large.subarray(mebibyte))
      },
      async (source) => {
        assert.equal((await pullSource(requestFor(source.url))).bytes, large.length)
        await isStored(large)
      },
    ))

  it('sends parts above 16 MiB straight through', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large, breakAfter: 3e6 }),
      async (source) => {
        const state = { ...newPull, uploadId: 'gone', partBytes: 17 * mebibyte, validator: null }
        await pullSource(requestFor(source.url, { state }))
        await isStored(large)
      },
    ))

  it('goes on at the first missing byte when every connection breaks', () =>
    withSource(
      (request, response) =>
        serveFile(request, response, { content: large, breakAfter: 3 * mebibyte }),
      async (source) => {
        assert.equal((await pullSource(requestFor(source.url))).sha256, sha256(large))
        assert.equal(source.requests[1]?.headers['if-range'], '"one"')
        assert.equal(source.requests.length, 7)
        await isStored(large)
      },
    ))

  it('skips what it has when the source takes no ranges but is the same', () =>
    withSource(
      (request, response, count) =>
        serveFile(request, response, {
          content: large,
          ranges: false,
          ...(count < 2 ? { breakAfter: (count + 1) * 5 * mebibyte } : {}),
        }),
      async (source) => {
        assert.equal((await pullSource(requestFor(source.url))).sha256, sha256(large))
        await isStored(large)
      },
    ))

  it('begins anew when a source without validators breaks', () =>
    withSource(
      (request, response, count) =>
        serveFile(request, response, {
          content: large,
          etag: null,
          ...(count === 0 ? { breakAfter: 10 * mebibyte } : {}),
        }),
      async (source) => {
        assert.equal((await pullSource(requestFor(source.url))).sha256, sha256(large))
        assert.equal(memory.seen.anew, 1)
        await isStored(large)
      },
    ))

  it('gives up without progress and keeps its parts, then goes on from them', () =>
    withSource(
      (request, response, count) => {
        if (count === 0) serveFile(request, response, { content: large, breakAfter: 17 * mebibyte })
        else response.socket?.destroy()
      },
      async (source) => {
        await fails(requestFor(source.url), 'no-progress', 1)
        assert.equal(memory.state().parts.length, 2)
        source.respond((request, response) => serveFile(request, response, { content: large }))
        const result = await pullSource(
          requestFor(source.url, { expectedSha256: sha256(large), expectedBytes: large.length }),
        )
        assert.equal(result.sha256, sha256(large))
        assert.equal(source.requests.at(-1)?.headers.range, `bytes=${16 * mebibyte}-`)
        await isStored(large)
      },
    ))

  it('reads a resumed object again and deletes it when the digest is wrong', () =>
    withSource(
      (request, response, count) => {
        if (count === 0) serveFile(request, response, { content: large, breakAfter: 17 * mebibyte })
        else response.socket?.destroy()
      },
      async (source) => {
        await fails(requestFor(source.url), 'no-progress', 1)
        source.respond((request, response) => serveFile(request, response, { content: large }))
        await fails(requestFor(source.url, { expectedSha256: sha256(small) }), 'digest-mismatch')
      },
    ))

  it('finishes after a restart between completing and recording', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        await pullSource(requestFor(source.url))
        const again = await pullSource(requestFor(source.url))
        assert.equal(again.sha256, sha256(large))
        assert.equal(source.requests.length, 1)
        await fixture.store.delete(bucket, key)
        await pullSource(requestFor(source.url))
        await isStored(large)
      },
    ))

  it('begins anew when the recorded upload is gone', () =>
    withSource(
      (request, response, count) => {
        if (count === 0) serveFile(request, response, { content: large, breakAfter: 9 * mebibyte })
        else response.socket?.destroy()
      },
      async (source) => {
        await fails(requestFor(source.url), 'no-progress', 1)
        await fixture.store.empty(bucket, AbortSignal.timeout(5_000))
        source.respond((request, response) => serveFile(request, response, { content: large }))
        await pullSource(requestFor(source.url))
        await isStored(large)
      },
    ))

  it('removes uploads of its key that it does not know', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: small }),
      async (source) => {
        const signal = AbortSignal.timeout(5_000)
        await fixture.store.createUpload(bucket, key, signal)
        const other = await fixture.store.createUpload(bucket, `${key}.other`, signal)
        await pullSource(requestFor(source.url))
        assert.deepEqual(await uploads(), [{ key: `${key}.other`, uploadId: other }])
      },
    ))

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
        assert.ok(memory.seen.parts > 0)
      },
    ))

  it('reads nothing of a body that is announced too long', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: large }),
      async (source) => {
        await fails(requestFor(source.url, { maxBytes: mebibyte }), 'limit-reached')
        assert.equal(memory.seen.progress, 0)
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
        const journal = {
          ...memory.journal,
          partDone: async (part: PulledPart) => {
            await memory.journal.partDone(part)
            stop.abort(new Error('shutting down'))
          },
        }
        const pull = pullSource(requestFor(source.url, { signal: stop.signal, journal }))
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
        const journal = {
          ...memory.journal,
          partDone: async () => stop.abort(new PullCancelled('cancelled')),
        }
        const pull = pullSource(requestFor(source.url, { signal: stop.signal, journal }))
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
    await fixture.store.put(bucket, 'jobs/from', small, {}, signal)
    const source = {
      type: 's3',
      endpoint: fixture.url,
      region: fixture.region,
      bucket,
      key: 'jobs/from',
      ...fixture.owner,
      sessionToken: null,
    } as const
    await pullSource(requestFor('', { source }))
    await isStored(small)
    const wrong = { ...source, secretAccessKey: 'wrong' }
    await assert.rejects(pullSource(requestFor('', { source: wrong })), /403/)
    await assert.rejects(pullSource(requestFor('', { source: { ...source, key: 'none' } })), /404/)
  })
})
