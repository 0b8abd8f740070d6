import { xmlReply, type BucketHandler, type ObjectHandler } from './exchange.ts'
import { commonElement, ownerElement, readAsked, readCount, type Asked } from './list-operations.ts'
import { uploadOf } from './multipart.ts'
import { S3Error } from './s3-error.ts'
import type { StoredUpload } from './stored.ts'
import { element, optional, xmlDocument, type Xml } from './xml.ts'

export const listMultipartUploads: BucketHandler = (exchange, bucket) => {
  const { store, request } = exchange
  store.buckets.get(bucket)
  const asked = readAsked(request, 'max-uploads')
  const keyMarker = request.query.get('key-marker') ?? ''
  const idMarker = request.query.get('upload-id-marker') ?? ''
  const isBehind = (key: string, id: string) => {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(keyMarker))
    return order > 0 || (order === 0 && idMarker !== '' && id > idMarker)
  }
  const behind = store.uploads
    .ofBucket(bucket)
    .filter(({ key, id }) => key.startsWith(asked.prefix) && isBehind(key, id))
  const shown = behind.slice(0, asked.maxKeys)
  const last = behind.length > shown.length ? shown.at(-1) : undefined
  return xmlReply(
    xmlDocument('ListMultipartUploadsResult', [
      element('Bucket', bucket),
      element('KeyMarker', asked.encode(keyMarker)),
      element('UploadIdMarker', idMarker),
      element('Prefix', asked.encode(asked.prefix)),
      element('MaxUploads', asked.maxKeys),
      optional('EncodingType', asked.encodingType),
      element('IsTruncated', last !== undefined),
      last && element('NextKeyMarker', asked.encode(last.key)),
      last && element('NextUploadIdMarker', last.id),
      ...entryElements(shown, asked),
    ]),
  )
}

function entryElements(shown: readonly StoredUpload[], asked: Asked): readonly Xml[] {
  const prefixes = new Set<string>()
  const uploads: Xml[] = []
  for (const upload of shown) {
    const { key } = upload
    const end = asked.delimiter === '' ? -1 : key.indexOf(asked.delimiter, asked.prefix.length)
    if (end < 0) uploads.push(uploadElement(upload, asked))
    else prefixes.add(key.slice(0, end + asked.delimiter.length))
  }
  return [...uploads, ...[...prefixes].map((prefix) => commonElement(prefix, asked))]
}

const uploadElement = ({ key, id, createdAt, checksum }: StoredUpload, asked: Asked): Xml =>
  element(
    'Upload',
    element('Key', asked.encode(key)),
    element('UploadId', id),
    ownerElement('Initiator'),
    ownerElement('Owner'),
    element('StorageClass', 'STANDARD'),
    element('Initiated', createdAt.toISOString()),
    optional('ChecksumAlgorithm', checksum?.algorithm),
  )

export const listParts: ObjectHandler = (exchange, bucket, key) => {
  const upload = uploadOf(exchange, bucket, key)
  const { query } = exchange.request
  const maxParts = readCount(query.get('max-parts'), 'max-parts')
  const marker = query.get('part-number-marker') ?? '0'
  if (!/^\d{1,9}$/.test(marker)) throw new S3Error('InvalidArgument')
  const found = exchange.store.uploads.parts(upload.id, Number(marker), maxParts + 1)
  const parts = found.slice(0, maxParts)
  return xmlReply(
    xmlDocument('ListPartsResult', [
      element('Bucket', bucket),
      element('Key', key),
      element('UploadId', upload.id),
      ownerElement('Initiator'),
      ownerElement('Owner'),
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', marker),
      element('NextPartNumberMarker', parts.at(-1)?.number ?? 0),
      element('MaxParts', maxParts),
      element('IsTruncated', found.length > parts.length),
      optional('ChecksumAlgorithm', upload.checksum?.algorithm),
      ...parts.map((part) =>
        element(
          'Part',
          element('PartNumber', part.number),
          element('LastModified', part.modifiedAt.toISOString()),
          element('ETag', `"${part.etag}"`),
          element('Size', part.size),
          optional(`Checksum${part.checksumAlgorithm ?? ''}`, part.checksum),
        ),
      ),
    ]),
  )
}
