import { randomBytes } from 'node:crypto'
import { before, suite } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { conditionCases } from './object-store-condition-cases.ts'
import { listCases } from './object-store-list-cases.ts'
import { multipartCases } from './object-store-multipart-cases.ts'
import { objectCases } from './object-store-object-cases.ts'
import { settingCases } from './object-store-setting-cases.ts'
import type { Capability, Tools } from './object-store-tools.ts'

export interface StoreUnderTest {
  readonly endpoint: string
  readonly region: string
  /** The key that makes buckets. */
  readonly owner: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly lacks?: readonly Capability[]
}

/**
 * What the product expects of every store, seen through the SDK alone. The bucket of the suite is
 * made under a random name and stays behind: a real store is told to forget it by its owner.
 */
export function objectStoreSuite(
  name: string,
  find: () => Promise<StoreUnderTest> | StoreUnderTest,
  lacks: readonly Capability[] = [],
): void {
  const skip = (capability: Capability) => lacks.includes(capability)
  for (const checksums of ['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)
    suite(`${name}, checksums ${checksums}`, () => {
      const Bucket = `contract-${randomBytes(8).toString('hex')}`
      let client = new s3.S3Client({ region: 'none' })
      before(async () => {
        const { endpoint, region, owner } = await find()
        client = new s3.S3Client({
          ...{ endpoint, region, credentials: owner, forcePathStyle: true, maxAttempts: 1 },
          requestChecksumCalculation: checksums,
          responseChecksumValidation: checksums,
        })
        await client.send(new s3.CreateBucketCommand({ Bucket }))
      })
      const put = (Key: string, Body: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
        client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }))
      const get = (Key: string, more: Partial<s3.GetObjectCommandInput> = {}) =>
        client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }))
      const tools: Tools = { Bucket, client: () => client, put, get, skip }
      objectCases(tools)
      listCases(tools)
      multipartCases(tools)
      conditionCases(tools)
      settingCases(tools)
    })
}
