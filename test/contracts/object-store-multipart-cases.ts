import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { failsWith, textOf, type Tools } from './object-store-tools.ts'

const partBytes = 5 * 1024 * 1024

export function multipartCases({ Bucket, client, put, get }: Tools): void {
  const start = async (Key: string) => {
    const { UploadId } = await client().send(new s3.CreateMultipartUploadCommand({ Bucket, Key }))
    return { Bucket, Key, UploadId }
  }
  const upload = async (
    to: { Bucket: string; Key: string; UploadId: string | undefined },
    PartNumber: number,
    Body: Buffer,
  ): Promise<s3.CompletedPart> => {
    const part = await client().send(new s3.UploadPartCommand({ ...to, PartNumber, Body }))
    return {
      PartNumber,
      ETag: part.ETag,
      ...(part.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32: part.ChecksumCRC32 }),
    }
  }
  const complete = (to: Awaited<ReturnType<typeof start>>, Parts: s3.CompletedPart[]) =>
    client().send(new s3.CompleteMultipartUploadCommand({ ...to, MultipartUpload: { Parts } }))

  test('parts become one object, which ranges cross', async () => {
    const to = await start('parts')
    const [first, last] = [randomBytes(partBytes), randomBytes(1000)]
    const parts = [await upload(to, 2, first), await upload(to, 7, last)]
    const listed = await client().send(new s3.ListPartsCommand(to))
    assert.deepEqual(
      listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [2, partBytes],
        [7, 1000],
      ],
    )
    const done = await complete(to, parts)
    const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()
    const etag = `"${md5(Buffer.concat([md5(first), md5(last)])).toString('hex')}-2"`
    assert.equal(done.ETag, etag)
    const whole = await (await get('parts')).Body?.transformToByteArray()
    assert.ok(Buffer.concat([first, last]).equals(whole ?? Buffer.alloc(0)))
    const across = await get('parts', { Range: `bytes=${partBytes - 2}-${partBytes + 1}` })
    const expected = Buffer.concat([first.subarray(-2), last.subarray(0, 2)])
    assert.ok(expected.equals((await across.Body?.transformToByteArray()) ?? Buffer.alloc(0)))
  })

  test('parts that are too small, wrong or out of order do not become an object', async () => {
    const to = await start('refused')
    const parts = [await upload(to, 1, Buffer.from('small')), await upload(to, 2, Buffer.from('x'))]
    const [one = {}, two = {}] = parts
    await assert.rejects(complete(to, parts), failsWith('EntityTooSmall', 400))
    await assert.rejects(complete(to, [two, one]), failsWith('InvalidPartOrder', 400))
    await assert.rejects(
      complete(to, [{ ...one, ETag: `"${'0'.repeat(32)}"` }]),
      failsWith('InvalidPart', 400),
    )
    await assert.rejects(get('refused'), failsWith('NoSuchKey', 404))
  })

  test('an unfinished upload is listed until it is aborted, and then gone', async () => {
    const to = await start('unfinished')
    await upload(to, 1, Buffer.from('x'))
    const list = async () => {
      const listed = await client().send(
        new s3.ListMultipartUploadsCommand({ Bucket, Prefix: 'unfinished' }),
      )
      return listed.Uploads?.map(({ UploadId }) => UploadId) ?? []
    }
    assert.deepEqual(await list(), [to.UploadId])
    await client().send(new s3.AbortMultipartUploadCommand(to))
    assert.deepEqual(await list(), [])
    await assert.rejects(upload(to, 2, Buffer.from('y')), failsWith('NoSuchUpload', 404))
  })

  test('a part can be copied from a range of another object', async () => {
    await put('part-source', '0123456789')
    const to = await start('part-copy')
    const { CopyPartResult } = await client().send(
      new s3.UploadPartCopyCommand({
        ...to,
        PartNumber: 1,
        CopySource: `${Bucket}/part-source`,
        CopySourceRange: 'bytes=3-5',
      }),
    )
    const checksum = CopyPartResult?.ChecksumCRC32
    await complete(to, [
      {
        PartNumber: 1,
        ETag: CopyPartResult?.ETag,
        ...(checksum === undefined ? {} : { ChecksumCRC32: checksum }),
      },
    ])
    assert.equal(await textOf(await get('part-copy')), '345')
  })
}
