import { xmlReply, type BucketHandler, type Exchange } from './exchange.ts'
import { fromToken, list, toToken, type Cursor, type Listing } from './listing.ts'
import type { ListedObject } from './object-rows.ts'
import { S3Error } from './s3-error.ts'
import { escapeUri, type S3Request } from './s3-request.ts'
import { element, optional, xmlDocument, type Xml } from './xml.ts'

const mostEntries = 1000
const ownerId = '0000000000000000000000000000000000000000000000000000000000000000'

export const ownerElement = (name: string): Xml =>
  element(name, element('ID', ownerId), element('DisplayName', 'owner'))

/** What every list asks for. */
export interface Asked {
  readonly prefix: string
  readonly delimiter: string
  readonly maxKeys: number
  readonly encodingType: string | undefined
  readonly encode: (text: string) => string
}

export function readAsked({ query }: S3Request, maxName: string): Asked {
  const encodingType = query.get('encoding-type')
  if (encodingType !== undefined && encodingType !== 'url')
    throw new S3Error('InvalidArgument', 'The encoding type is not url.')
  const encode = (text: string) =>
    encodingType === undefined ? text : escapeUri(text).replaceAll('%2F', '/')
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: readCount(query.get(maxName), maxName),
    encodingType,
    encode,
  }
}

export function readCount(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return mostEntries
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647)
    throw new S3Error('InvalidArgument', `${name} is not valid.`)
  return Math.min(Number(text), mostEntries)
}

function listObjectsAfter(
  { store }: Exchange,
  bucket: string,
  asked: Asked,
  cursor: Cursor | undefined,
): Listing<ListedObject> {
  store.buckets.get(bucket)
  return list({ ...asked, cursor }, (from, inclusive, limit) =>
    store.objects.page(bucket, from, inclusive, limit),
  )
}

function contentsElement(item: ListedObject, asked: Asked, withOwner: boolean): Xml {
  return element(
    'Contents',
    element('Key', asked.encode(item.key)),
    element('LastModified', item.modifiedAt.toISOString()),
    element('ETag', `"${item.etag}"`),
    optional('ChecksumAlgorithm', item.checksumAlgorithm),
    optional('ChecksumType', item.checksumType),
    element('Size', item.size),
    withOwner ? ownerElement('Owner') : undefined,
    element('StorageClass', 'STANDARD'),
  )
}

export const commonElement = (prefix: string, asked: Asked): Xml =>
  element('CommonPrefixes', element('Prefix', asked.encode(prefix)))

const entryElements = (listing: Listing<ListedObject>, asked: Asked, withOwner: boolean) =>
  listing.entries.map((entry) =>
    'item' in entry
      ? contentsElement(entry.item, asked, withOwner)
      : commonElement(entry.commonPrefix, asked),
  )

/** A marker that ends where keys are rolled up stands for all keys below it. */
const cursorOf = (marker: string, { prefix, delimiter }: Asked): Cursor | undefined =>
  marker === ''
    ? undefined
    : {
        after: marker,
        isPrefix: delimiter !== '' && marker.length > prefix.length && marker.endsWith(delimiter),
      }

export const listObjects: BucketHandler = (exchange, bucket) => {
  const version = exchange.request.query.get('list-type')
  if (version === undefined || version === '1') return listObjectsV1(exchange, bucket)
  if (version === '2') return listObjectsV2(exchange, bucket)
  throw new S3Error('InvalidArgument', 'list-type is not valid.')
}

const listObjectsV1: BucketHandler = (exchange, bucket) => {
  const asked = readAsked(exchange.request, 'max-keys')
  const marker = exchange.request.query.get('marker') ?? ''
  const listing = listObjectsAfter(exchange, bucket, asked, cursorOf(marker, asked))
  return xmlReply(
    xmlDocument('ListBucketResult', [
      element('Name', bucket),
      element('Prefix', asked.encode(asked.prefix)),
      element('Marker', asked.encode(marker)),
      element('MaxKeys', asked.maxKeys),
      asked.delimiter === '' ? undefined : element('Delimiter', asked.encode(asked.delimiter)),
      optional('EncodingType', asked.encodingType),
      element('IsTruncated', listing.next !== undefined),
      listing.next && element('NextMarker', asked.encode(listing.next.after)),
      ...entryElements(listing, asked, true),
    ]),
  )
}

const listObjectsV2: BucketHandler = (exchange, bucket) => {
  const { query } = exchange.request
  const asked = readAsked(exchange.request, 'max-keys')
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const fromClient = token === undefined ? undefined : fromToken(token)
  if (token !== undefined && fromClient === undefined)
    throw new S3Error('InvalidArgument', 'The continuation token is not valid.')
  const cursor =
    fromClient ??
    (startAfter === undefined || startAfter === ''
      ? undefined
      : { after: startAfter, isPrefix: false })
  const listing = listObjectsAfter(exchange, bucket, asked, cursor)
  return xmlReply(
    xmlDocument('ListBucketResult', [
      element('Name', bucket),
      element('Prefix', asked.encode(asked.prefix)),
      asked.delimiter === '' ? undefined : element('Delimiter', asked.encode(asked.delimiter)),
      optional('StartAfter', startAfter === undefined ? undefined : asked.encode(startAfter)),
      optional('ContinuationToken', token),
      element('KeyCount', listing.entries.length),
      element('MaxKeys', asked.maxKeys),
      optional('EncodingType', asked.encodingType),
      element('IsTruncated', listing.next !== undefined),
      listing.next && element('NextContinuationToken', toToken(listing.next)),
      ...entryElements(listing, asked, query.get('fetch-owner') === 'true'),
    ]),
  )
}

/** Every object has one version here, named `null`. */
export const listObjectVersions: BucketHandler = (exchange, bucket) => {
  const asked = readAsked(exchange.request, 'max-keys')
  const marker = exchange.request.query.get('key-marker') ?? ''
  const listing = listObjectsAfter(exchange, bucket, asked, cursorOf(marker, asked))
  const versions = listing.entries.map((entry) =>
    'item' in entry
      ? element(
          'Version',
          element('Key', asked.encode(entry.item.key)),
          element('VersionId', 'null'),
          element('IsLatest', true),
          element('LastModified', entry.item.modifiedAt.toISOString()),
          element('ETag', `"${entry.item.etag}"`),
          element('Size', entry.item.size),
          element('StorageClass', 'STANDARD'),
          ownerElement('Owner'),
        )
      : commonElement(entry.commonPrefix, asked),
  )
  return xmlReply(
    xmlDocument('ListVersionsResult', [
      element('Name', bucket),
      element('Prefix', asked.encode(asked.prefix)),
      element('KeyMarker', asked.encode(marker)),
      element('MaxKeys', asked.maxKeys),
      asked.delimiter === '' ? undefined : element('Delimiter', asked.encode(asked.delimiter)),
      optional('EncodingType', asked.encodingType),
      element('IsTruncated', listing.next !== undefined),
      listing.next && element('NextKeyMarker', asked.encode(listing.next.after)),
      listing.next && element('NextVersionIdMarker', 'null'),
      ...versions,
    ]),
  )
}
