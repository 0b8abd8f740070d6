import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  PreconditionError,
  type CredentialIssuer,
  type ObjectStore,
  type UploadedPart,
} from '../../src/application/ports/object-store.ts'
import { FailureError } from '../../src/domain/failure.ts'

export interface StoreUnderTest {
  readonly store: ObjectStore
  readonly issuer: CredentialIssuer
  stop(): Promise<void>
}

const mebibyte = 1024 * 1024
const signal = () => AbortSignal.timeout(30_000)
const awkward = "inputs/a b+c'(1)*!~ü&=%41/ä.txt"
const hello = Buffer.from('hello world')

/** What every implementation of the object store and the credential issuer promises. */
export function objectStoreSuite(name: string, start: () => Promise<StoreUnderTest>) {
  describe(`the object store ${name}`, () => {
    const bucket = `dsc-contract-${randomBytes(8).toString('hex')}`
    let tested: StoreUnderTest
    const store = () => tested.store
    const text = async (key: string, options: Parameters<ObjectStore['read']>[2] = {}) => {
      const object = await store().read(bucket, key, options)
      return object === null ? null : Buffer.concat(await object.body.toArray()).toString()
    }

    before(async () => {
      tested = await start()
      await store().ensureBucket(bucket, 'ws-1', signal())
    })
    after(async () => {
      await store().empty(bucket, signal())
      await store().deleteBucket(bucket, signal())
      await tested.stop()
    })

    it('makes a bucket once, and takes it for ours only by its tags', async () => {
      await store().ensureBucket(bucket, 'ws-1', signal())
      await assert.rejects(store().ensureBucket(bucket, 'ws-2', signal()), FailureError)
      assert.ok((await store().listBuckets(signal())).includes(bucket))
    })

    it('keeps keys as they are written', async () => {
      const { etag } = await store().put(
        bucket,
        awkward,
        hello,
        { contentType: 'text/x' },
        signal(),
      )
      const info = await store().head(bucket, awkward)
      assert.deepEqual([info?.key, info?.bytes, info?.etag], [awkward, hello.length, etag])
      assert.match(etag, /^".+"$/)
      assert.equal(await text(awkward), 'hello world')
      const { objects } = await store().list(bucket, { prefix: awkward })
      assert.deepEqual(
        objects.map(({ key, bytes }) => [key, bytes]),
        [[awkward, hello.length]],
      )
    })

    it('reads ranges and tells the size of the whole', async () => {
      assert.equal(await text(awkward, { range: { start: 6, end: 8 } }), 'wor')
      const object = await store().read(bucket, awkward, { range: { start: 0, end: 0 } })
      object?.body.destroy()
      assert.equal(object?.info.bytes, hello.length)
    })

    it('answers null for what is not there', async () => {
      assert.equal(await store().head(bucket, 'inputs/none'), null)
      assert.equal(await store().read(bucket, 'inputs/none', {}), null)
      assert.equal(await store().listParts(bucket, 'inputs/none', 'none', signal()), null)
      await store().delete(bucket, 'inputs/none')
      await store().abortUpload(bucket, 'inputs/none', 'none', signal())
    })

    it('holds conditions of writes and reads', async () => {
      const put = (condition: Parameters<ObjectStore['put']>[3]) =>
        store().put(bucket, 'inputs/condition', hello, condition, signal())
      const { etag } = await put({ ifAbsent: true })
      await assert.rejects(put({ ifAbsent: true }), PreconditionError)
      await put({ ifMatch: etag })
      await assert.rejects(put({ ifMatch: '"other"' }), PreconditionError)
      const read = store().read(bucket, 'inputs/condition', { ifMatch: '"other"' })
      await assert.rejects(read, PreconditionError)
    })

    it('lists in byte order, page by page', async () => {
      for (const key of ['p/b', 'p/a', 'p/ä', 'p/c', 'q/a']) {
        await store().put(bucket, key, hello, {}, signal())
      }
      const first = await store().list(bucket, { prefix: 'p/', limit: 2 })
      assert.deepEqual(
        first.objects.map(({ key }) => key),
        ['p/a', 'p/b'],
      )
      assert.equal(first.next, 'p/b')
      const rest = await store().list(bucket, { prefix: 'p/', after: first.next })
      assert.deepEqual(
        rest.objects.map(({ key }) => key),
        ['p/c', 'p/ä'],
      )
      assert.equal(rest.next, null)
    })

    it('makes an object of parts, and finishes again without harm', async () => {
      const key = 'inputs/parts'
      const content = randomBytes(5 * mebibyte + 7)
      const uploadId = await store().createUpload(bucket, key, signal())
      const parts: UploadedPart[] = []
      for (const [partNumber, body] of [
        [1, content.subarray(0, 5 * mebibyte)],
        [2, content.subarray(5 * mebibyte)],
      ] as const) {
        const sha256 = createHash('sha256').update(body).digest('hex')
        const part = { uploadId, partNumber, bytes: body.length, body, sha256 }
        parts.push({ partNumber, ...(await store().uploadPart(bucket, key, part, signal())) })
      }
      assert.deepEqual(await store().listUploads(bucket, 'inputs/', signal()), [{ key, uploadId }])
      assert.deepEqual(await store().listParts(bucket, key, uploadId, signal()), [
        { ...parts[0], bytes: 5 * mebibyte },
        { ...parts[1], bytes: 7 },
      ])
      const complete = () => store().completeUpload(bucket, key, uploadId, parts, {}, signal())
      const { etag } = await complete()
      assert.equal((await store().head(bucket, key))?.etag, etag)
      assert.deepEqual(await complete(), { etag })
      const object = await store().read(bucket, key, {})
      assert.ok(object !== null)
      assert.ok(content.equals(Buffer.concat(await object.body.toArray())))
      await store().delete(bucket, key)
      await assert.rejects(complete(), FailureError)
    })

    it('cuts living sessions and their presigned URLs, and opens again', async () => {
      const purpose = { kind: 'consumer', access: 'read-write' } as const
      const session = await tested.issuer.issue(bucket, purpose, 900, signal())
      const url = await store().presignGet(bucket, awkward, session, 900)
      const isCut = () => tested.issuer.isCut(bucket, session, signal())
      const status = async () => (await fetch(url)).status
      assert.ok(session.expiresAt.getTime() > Date.now() + 800_000)
      assert.equal(await (await fetch(url)).text(), 'hello world')
      assert.equal(await isCut(), false)
      for (const access of ['consumers-denied', 'all-denied'] as const) {
        await store().setAccess(bucket, access, signal())
        assert.equal(await isCut(), true)
        assert.equal(await status(), 403)
        await store().setAccess(bucket, 'open', signal())
        await store().setAccess(bucket, 'open', signal())
        assert.equal(await isCut(), false)
        assert.equal(await status(), 200)
      }
    })

    it('refuses a session in another bucket', async () => {
      const other = `${bucket}-2`
      await store().ensureBucket(other, 'ws-2', signal())
      const purpose = { kind: 'consumer', access: 'read' } as const
      const session = await tested.issuer.issue(other, purpose, 900, signal())
      assert.equal(await tested.issuer.isCut(bucket, session, signal()), true)
      await store().deleteBucket(other, signal())
    })

    it('counts, empties and removes a bucket, twice', async () => {
      const other = `${bucket}-3`
      await store().ensureBucket(other, 'ws-3', signal())
      await store().put(other, 'a', hello, {}, signal())
      await store().put(other, awkward, hello, {}, signal())
      await store().createUpload(other, 'u', signal())
      assert.deepEqual(await store().measure(other, signal()), { objects: 2, bytes: 22 })
      await assert.rejects(store().deleteBucket(other, signal()), FailureError)
      assert.deepEqual(await store().empty(other, signal()), { objects: 2, bytes: 22, uploads: 1 })
      await store().deleteBucket(other, signal())
      await store().deleteBucket(other, signal())
      assert.deepEqual(await store().empty(other, signal()), { objects: 0, bytes: 0, uploads: 0 })
    })

    it('ends a call with its signal', async () => {
      const stop = AbortSignal.abort(new Error('stopped by the caller'))
      await assert.rejects(store().measure(bucket, stop), /stopped by the caller/)
    })
  })
}
