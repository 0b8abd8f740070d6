import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newPull } from '../../src/application/intake/pull-request.ts'
import { pullSource } from '../../src/application/intake/pull-source.ts'
import {
  bucket,
  key,
  large,
  mebibyte,
  pullFixture,
  sha256,
  small,
} from '../support/pull-fixture.ts'
import { serveFile } from '../support/source-server.ts'

describe('a pull', () => {
  const { requestFor, withSource, uploads, isStored, fails, store, journal } = pullFixture()

  it('puts a small body at once', () =>
    withSource(
      (request, response) => serveFile(request, response, { content: small }),
      async (source) => {
        const result = await pullSource(requestFor(source.url))
        assert.deepEqual([result.bytes, result.sha256], [small.length, sha256(small)])
        assert.equal(journal().seen.uploads, 0)
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
        assert.equal(result.etag, (await store().store.head(bucket, key))?.etag)
        assert.deepEqual([journal().seen.uploads, journal().seen.parts], [1, 3])
        assert.equal(journal().seen.progress, large.length)
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
        const signal = AbortSignal.timeout(5_000)
        const validator = {
          etag: '"one"',
          lastModified: null,
          bytes: large.length,
          acceptsRanges: true,
          contentType: null,
        }
        const state = {
          ...newPull,
          validator,
          uploadId: await store().store.createUpload(bucket, key, signal),
          partBytes: 17 * mebibyte,
        }
        const result = await pullSource(requestFor(source.url, { state }))
        assert.equal(result.sha256, sha256(large))
        assert.deepEqual(
          journal()
            .state()
            .parts.map(({ bytes }) => bytes),
          [17 * mebibyte, large.length - 17 * mebibyte],
        )
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
        assert.equal(journal().seen.anew, 1)
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
        assert.equal(journal().state().parts.length, 2)
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
        await store().store.delete(bucket, key)
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
        await store().store.empty(bucket, AbortSignal.timeout(5_000))
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
        await store().store.createUpload(bucket, key, signal)
        const other = await store().store.createUpload(bucket, `${key}.other`, signal)
        await pullSource(requestFor(source.url))
        assert.deepEqual(await uploads(), [{ key: `${key}.other`, uploadId: other }])
      },
    ))
})
