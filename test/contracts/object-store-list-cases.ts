import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import type { Tools } from './object-store-tools.ts'

export function listCases({ Bucket, client, put }: Tools): void {
  const keys = ['l/a', 'l/b/1', 'l/b/2', 'l/b/3/x', 'l/c', 'l/d/1', 'l/é', 'l/😀', 'l/\uffee']
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

  test('a list comes in the order of bytes, page by page', async () => {
    for (const key of keys) await put(key, key)
    for (const size of [1, 2, 100]) {
      const found: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page: s3.ListObjectsV2CommandOutput = await client().send(
          new s3.ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys: size, ContinuationToken }),
        )
        found.push(...(page.Contents?.map(({ Key = '' }) => Key) ?? []))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
      assert.deepEqual(found, byBytes)
    }
  })

  test('a delimiter rolls keys up, in both versions and at every page size', async () => {
    const expected = ['l/a', 'l/b/', 'l/c', 'l/d/', 'l/é', 'l/\uffee', 'l/😀']
    for (const MaxKeys of [1, 2, 3, 100]) {
      const second: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page: s3.ListObjectsV2CommandOutput = await client().send(
          new s3.ListObjectsV2Command({
            ...{ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys, ContinuationToken },
          }),
        )
        second.push(...entriesOf(page))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
      assert.deepEqual(second, expected)
      const first: string[] = []
      let Marker: string | undefined
      do {
        const page: s3.ListObjectsCommandOutput = await client().send(
          new s3.ListObjectsCommand({ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys, Marker }),
        )
        first.push(...entriesOf(page))
        Marker = page.NextMarker
      } while (Marker !== undefined)
      assert.deepEqual(first, expected)
    }
  })

  test('a list can begin behind a key', async () => {
    const page = await client().send(
      new s3.ListObjectsV2Command({ Bucket, Prefix: 'l/', StartAfter: 'l/b/2', MaxKeys: 2 }),
    )
    assert.deepEqual(
      page.Contents?.map(({ Key }) => Key),
      ['l/b/3/x', 'l/c'],
    )
    assert.equal(page.IsTruncated, true)
  })
}

const entriesOf = (page: s3.ListObjectsV2CommandOutput | s3.ListObjectsCommandOutput): string[] =>
  [
    ...(page.Contents?.map(({ Key = '' }) => Key) ?? []),
    ...(page.CommonPrefixes?.map(({ Prefix = '' }) => Prefix) ?? []),
  ].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
