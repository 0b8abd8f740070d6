import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { failsWith, type Tools } from './object-store-tools.ts'

export function settingCases({ Bucket, client, put, skip }: Tools): void {
  test('a bucket has a place and no second owner, and goes only when it is empty', async () => {
    const region = await client().config.region()
    const { LocationConstraint } = await client().send(new s3.GetBucketLocationCommand({ Bucket }))
    assert.equal(LocationConstraint ?? 'us-east-1', region)
    const other = `${Bucket}-2`
    await client().send(new s3.CreateBucketCommand({ Bucket: other }))
    await client().send(new s3.PutObjectCommand({ Bucket: other, Key: 'k', Body: 'x' }))
    const remove = () => client().send(new s3.DeleteBucketCommand({ Bucket: other }))
    await assert.rejects(remove(), failsWith('BucketNotEmpty', 409))
    await client().send(new s3.DeleteObjectCommand({ Bucket: other, Key: 'k' }))
    await remove()
    await assert.rejects(
      client().send(new s3.HeadBucketCommand({ Bucket: other })),
      failsWith('', 404),
    )
  })

  test('bucket and object tags are kept', { skip: skip('tagging') }, async () => {
    const Tagging = { TagSet: [{ Key: 'workspace', Value: 'a b/ü' }] }
    await client().send(new s3.PutBucketTaggingCommand({ Bucket, Tagging }))
    const { TagSet } = await client().send(new s3.GetBucketTaggingCommand({ Bucket }))
    assert.deepEqual(TagSet, Tagging.TagSet)
    await put('tagged', 'x', { Tagging: 'a=1&b=2%203' })
    const tags = await client().send(new s3.GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))
    assert.deepEqual(
      tags.TagSet?.toSorted((a, b) => (a.Key ?? '').localeCompare(b.Key ?? '')),
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2 3' },
      ],
    )
  })

  test('the end of unfinished uploads is kept', { skip: skip('lifecycle') }, async () => {
    const Rules = [
      {
        ID: 'unfinished',
        Status: 'Enabled' as const,
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]
    await client().send(
      new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    )
    const kept = await client().send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }))
    assert.deepEqual(kept.Rules?.[0]?.AbortIncompleteMultipartUpload, { DaysAfterInitiation: 1 })
  })

  test('public access is blocked', { skip: skip('public-access-block') }, async () => {
    const PublicAccessBlockConfiguration = { IgnorePublicAcls: true }
    await client().send(
      new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }),
    )
    const kept = await client().send(new s3.GetPublicAccessBlockCommand({ Bucket }))
    assert.equal(kept.PublicAccessBlockConfiguration?.IgnorePublicAcls, true)
  })

  test('attributes of an object are told', { skip: skip('object-attributes') }, async () => {
    const { ETag } = await put('attributes', 'twelve bytes')
    const told = await client().send(
      new s3.GetObjectAttributesCommand({
        ...{ Bucket, Key: 'attributes', ObjectAttributes: ['ETag', 'ObjectSize'] },
      }),
    )
    assert.equal(told.ObjectSize, 12)
    assert.equal(`"${told.ETag ?? ''}"`, ETag)
  })
}
