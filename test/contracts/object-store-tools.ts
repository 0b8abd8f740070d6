import assert from 'node:assert/strict'
import * as s3 from '@aws-sdk/client-s3'

/** What a store may lack; the cases that need it are then skipped. */
export type Capability =
  | 'conditional-writes'
  | 'conditional-deletes'
  | 'checksums'
  | 'tagging'
  | 'lifecycle'
  | 'public-access-block'
  | 'object-attributes'

/** What the cases of the suite work with. */
export interface Tools {
  readonly Bucket: string
  readonly client: () => s3.S3Client
  readonly skip: (capability: Capability) => boolean
  readonly put: (
    Key: string,
    Body: string,
    more?: Partial<s3.PutObjectCommandInput>,
  ) => Promise<s3.PutObjectCommandOutput>
  readonly get: (
    Key: string,
    more?: Partial<s3.GetObjectCommandInput>,
  ) => Promise<s3.GetObjectCommandOutput>
}

export const textOf = async ({ Body }: s3.GetObjectCommandOutput): Promise<string> =>
  (await Body?.transformToString()) ?? ''

export const failsWith = (name: string, status: number) => (error: unknown) => {
  assert.ok(error instanceof s3.S3ServiceException, String(error))
  assert.equal(error.$metadata.httpStatusCode, status, `${error.name}: ${error.message}`)
  if (name !== '') assert.equal(error.name, name)
  return true
}
