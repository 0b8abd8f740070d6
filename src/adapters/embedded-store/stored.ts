import { z } from 'zod'
import {
  readAlgorithm,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
} from './checksums.ts'
import { integer, optionalText, text, type Row } from './database.ts'

/** What an object is stored with beside its bytes. */
export interface Attributes {
  /** Content-Type and the like, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata, names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
}

export type Tags = Readonly<Record<string, string>>

export interface StoredObject {
  readonly id: number
  readonly bucket: string
  readonly key: string
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly modifiedAt: Date
  readonly attributes: Attributes
  readonly tags: Tags
  readonly checksum: Checksum | undefined
  /** The multipart upload that made it. */
  readonly uploadId: string | undefined
}

/** One file of an object. */
export interface StoredPart {
  readonly number: number
  readonly file: string
  readonly size: number
  readonly checksum: string | undefined
}

export interface StoredUpload {
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly createdAt: Date
  readonly attributes: Attributes
  readonly tags: Tags
  readonly checksum:
    { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined
}

export interface UploadedPart extends StoredPart {
  readonly etag: string
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined
  readonly modifiedAt: Date
}

const strings = z.record(z.string(), z.string())
const attributesShape = z.object({ headers: strings, metadata: strings })

export const readTags = (json: string | undefined): Tags =>
  json === undefined ? {} : strings.parse(JSON.parse(json))

const readAttributes = (row: Row): Attributes =>
  attributesShape.parse(JSON.parse(text(row, 'attributes')))

const readType = (row: Row): ChecksumType =>
  text(row, 'checksum_type') === 'COMPOSITE' ? 'COMPOSITE' : 'FULL_OBJECT'

export const toObject = (row: Row): StoredObject => {
  const algorithm = optionalText(row, 'checksum_algorithm')
  return {
    id: integer(row, 'id'),
    bucket: text(row, 'bucket'),
    key: text(row, 'key'),
    size: integer(row, 'size'),
    etag: text(row, 'etag'),
    modifiedAt: new Date(integer(row, 'modified_at')),
    attributes: readAttributes(row),
    tags: readTags(optionalText(row, 'tags')),
    checksum:
      algorithm === undefined
        ? undefined
        : {
            algorithm: readAlgorithm(algorithm),
            type: readType(row),
            value: text(row, 'checksum'),
          },
    uploadId: optionalText(row, 'upload_id'),
  }
}

export const toPart = (row: Row): StoredPart => ({
  number: integer(row, 'number'),
  file: text(row, 'file'),
  size: integer(row, 'size'),
  checksum: optionalText(row, 'checksum'),
})

export const toUpload = (row: Row): StoredUpload => {
  const algorithm = optionalText(row, 'checksum_algorithm')
  return {
    id: text(row, 'id'),
    bucket: text(row, 'bucket'),
    key: text(row, 'key'),
    createdAt: new Date(integer(row, 'created_at')),
    attributes: readAttributes(row),
    tags: readTags(optionalText(row, 'tags')),
    checksum:
      algorithm === undefined
        ? undefined
        : { algorithm: readAlgorithm(algorithm), type: readType(row) },
  }
}

export const toUploadedPart = (row: Row): UploadedPart => {
  const algorithm = optionalText(row, 'checksum_algorithm')
  return {
    ...toPart(row),
    etag: text(row, 'etag'),
    checksumAlgorithm: algorithm === undefined ? undefined : readAlgorithm(algorithm),
    modifiedAt: new Date(integer(row, 'modified_at')),
  }
}
