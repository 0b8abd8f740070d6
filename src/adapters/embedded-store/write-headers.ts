import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts'
import { readAlgorithm } from './checksums.ts'
import { isCrc } from './crc.ts'
import type { Exchange } from './exchange.ts'
import { S3Error } from './s3-error.ts'
import type { Attributes, Tags } from './stored.ts'
import { readTagHeader } from './tags.ts'

const keptHeaders = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
]
const metadataPrefix = 'x-amz-meta-'
const maxMetadataBytes = 8 * 1024

/** The headers and user metadata that a request wants an object to have. */
export function readAttributes(headers: ReadonlyMap<string, string>): Attributes {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD'
  if (storageClass !== 'STANDARD') throw new S3Error('InvalidStorageClass')
  const kept: [string, string][] = []
  for (const name of keptHeaders) {
    const value = name === 'content-encoding' ? contentEncoding(headers) : headers.get(name)
    if (value !== undefined && value !== '') kept.push([name, value])
  }
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(metadataPrefix))
    .map(([name, value]): [string, string] => [name.slice(metadataPrefix.length), value])
  const bytes = metadata.reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0)
  if (bytes > maxMetadataBytes) throw new S3Error('MetadataTooLarge')
  return { headers: Object.fromEntries(kept), metadata: Object.fromEntries(metadata) }
}

/** `aws-chunked` is a matter of the transfer, not of the object. */
const contentEncoding = (headers: ReadonlyMap<string, string>): string | undefined =>
  headers
    .get('content-encoding')
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',')

/** Tags that come with a write. Throws AccessDenied when the caller may write but not tag. */
export function readTagsOfWrite(exchange: Exchange, bucket: string, key: string): Tags {
  const header = exchange.request.headers.get('x-amz-tagging')
  if (header === undefined) return {}
  if (!exchange.allows('s3:PutObjectTagging', bucket, key)) throw new S3Error('AccessDenied')
  return readTagHeader(header)
}

/** The checksum that a multipart upload is to have. */
export function readUploadChecksum(
  headers: ReadonlyMap<string, string>,
): { algorithm: ChecksumAlgorithm; type: ChecksumType } | undefined {
  const name = headers.get('x-amz-checksum-algorithm')
  const wantedType = headers.get('x-amz-checksum-type')
  if (name === undefined) {
    if (wantedType === undefined) return undefined
    throw new S3Error('InvalidRequest', 'x-amz-checksum-type needs x-amz-checksum-algorithm.')
  }
  const algorithm = readAlgorithm(name)
  const type = wantedType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  if (type === 'COMPOSITE' && algorithm !== 'CRC64NVME') return { algorithm, type }
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) return { algorithm, type }
  throw new S3Error('InvalidRequest', `The checksum type ${type} is not for ${algorithm}.`)
}
