import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { failsWith, textOf, type Tools } from './object-store-tools.ts'

export function conditionCases({ Bucket, client, put, get, skip }: Tools): void {
  test('of two writers of a new key one wins', { skip: skip('conditional-writes') }, async () => {
    const writes = ['one', 'two', 'three'].map((body) => put('claim', body, { IfNoneMatch: '*' }))
    const results = await Promise.allSettled(writes)
    const refused = results.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 2)
    for (const result of refused)
      if (result.status === 'rejected') failsWith('', 412)(result.reason)
  })

  test('a write can demand what it replaces', { skip: skip('conditional-writes') }, async () => {
    const { ETag } = await put('replace', 'first')
    await put('replace', 'second', { IfMatch: ETag })
    await assert.rejects(put('replace', 'third', { IfMatch: ETag }), failsWith('', 412))
    await assert.rejects(put('never-was', 'x', { IfMatch: ETag }), failsWith('', 404))
    assert.equal(await textOf(await get('replace')), 'second')
  })

  test(
    'completing an upload can demand a new key',
    { skip: skip('conditional-writes') },
    async () => {
      await put('taken', 'first')
      const to = { Bucket, Key: 'taken' }
      const { UploadId } = await client().send(new s3.CreateMultipartUploadCommand(to))
      const part = await client().send(
        new s3.UploadPartCommand({ ...to, UploadId, PartNumber: 1, Body: 'x' }),
      )
      const { ETag, ChecksumCRC32 } = part
      const Parts = [
        { PartNumber: 1, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) },
      ]
      const command = new s3.CompleteMultipartUploadCommand({
        ...{ ...to, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' },
      })
      await assert.rejects(client().send(command), failsWith('', 412))
      assert.equal(await textOf(await get('taken')), 'first')
    },
  )

  test('a delete can demand what it removes', { skip: skip('conditional-deletes') }, async () => {
    const { ETag } = await put('delete-if', 'first')
    await put('delete-if', 'second')
    const command = new s3.DeleteObjectCommand({ Bucket, Key: 'delete-if', IfMatch: ETag })
    await assert.rejects(client().send(command), failsWith('', 412))
    assert.equal(await textOf(await get('delete-if')), 'second')
  })
}
