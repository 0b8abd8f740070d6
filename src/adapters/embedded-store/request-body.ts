import { createHash, randomBytes } from 'node:crypto'
import { announcedInTrailer, checkForm, checksumIn, startChecksum } from './checksums.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import type { ChunkSigner } from './signature.ts'

/** Where the bytes come from and how they are protected. */
export interface BodySource {
  readonly request: S3Request
  /** The raw bytes; asking for the first tells a waiting client to go on. */
  readonly raw: AsyncIterable<Buffer, undefined>
  readonly payloadHash: string
  readonly chunkSigner: ChunkSigner
  /** Whether the service itself sends it. */
  readonly isOurs: boolean
  /** Spares the MD5, which costs more than everything else about a part: S3 does not promise it. */
  readonly opaqueTag?: boolean
}

/** What was found while the bytes went by; only handed out when all of it was right. */
export interface BodyDigests {
  readonly size: number
  /** The MD5, or for an `opaqueTag` any text that stands for this content alone. */
  readonly etag: string
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

const streamingModes: Readonly<Record<string, { signed: boolean; trailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
}
const sha256Form = /^[0-9a-f]{64}$/

/** Throws for a value of `x-amz-content-sha256` that says nothing about the payload. */
export function checkPayloadHash(payloadHash: string): void {
  if (payloadHash !== 'UNSIGNED-PAYLOAD' && !(payloadHash in streamingModes))
    if (!sha256Form.test(payloadHash))
      throw new S3Error('InvalidArgument', 'x-amz-content-sha256 is not valid.')
}

/** The number of bytes that the request says its content has. Throws MissingContentLength. */
export function announcedBytes({ request, payloadHash }: BodySource): number {
  const streaming = payloadHash in streamingModes
  const name = streaming ? 'x-amz-decoded-content-length' : 'content-length'
  const length = request.headers.get(name)
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw new S3Error('MissingContentLength')
  return Number(length)
}

interface Expectations {
  readonly size: number | undefined
  readonly md5: string | undefined
  readonly header: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
  readonly trailer: ChecksumAlgorithm | undefined
}

function readExpectations(source: BodySource, size: number | undefined): Expectations {
  const { headers } = source.request
  const md5 = headers.get('content-md5')
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16)
    throw new S3Error('InvalidDigest')
  const header = checksumIn(headers)
  if (header !== undefined) checkForm(header.algorithm, header.value)
  const mode = streamingModes[source.payloadHash]
  const trailer =
    mode?.trailer === true ? announcedInTrailer(headers.get('x-amz-trailer')) : undefined
  return { size, md5, header, trailer }
}

/**
 * Reads the content to its end, giving each chunk to `take`, and verifies length, signatures,
 * SHA-256, MD5 and checksum. Whatever `take` has kept must stay invisible when this throws.
 * `wanted` is computed even if the client sent no value of it.
 */
export async function readBody(
  source: BodySource,
  size: number | undefined,
  take: (chunk: Buffer) => Promise<void> | undefined,
  wanted?: ChecksumAlgorithm,
): Promise<BodyDigests> {
  const expected = readExpectations(source, size)
  const algorithm = expected.header?.algorithm ?? expected.trailer ?? wanted
  const checksum = algorithm === undefined ? undefined : startChecksum(algorithm)
  const spared = source.opaqueTag === true && expected.md5 === undefined
  const md5 = spared ? undefined : createHash('md5')
  const sha256 = sha256Form.test(source.payloadHash) ? createHash('sha256') : undefined
  const trailers = new Map<string, string>()
  let received = 0
  for await (const chunk of contentOf(source, trailers)) {
    received += chunk.length
    if (received > (size ?? Infinity)) throw tooLong()
    md5?.update(chunk)
    sha256?.update(chunk)
    checksum?.update(chunk)
    const taking = take(chunk)
    if (taking !== undefined) await taking
  }
  if (received < (size ?? 0)) throw new S3Error('IncompleteBody')
  if (sha256 !== undefined && sha256.digest('hex') !== source.payloadHash)
    throw new S3Error('XAmzContentSHA256Mismatch')
  const tag = md5?.digest() ?? randomBytes(16)
  if (expected.md5 !== undefined && tag.toString('base64') !== expected.md5)
    throw new S3Error('BadDigest', 'The Content-MD5 does not match the body.')
  const value = checksum?.digest().toString('base64')
  if (value !== undefined) checkValue(value, expected, trailers)
  return {
    size: received,
    etag: tag.toString('hex'),
    checksum: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
  }
}

const tooLong = () => new S3Error('InvalidRequest', 'The body is longer than announced.')

function contentOf(
  source: BodySource,
  trailers: Map<string, string>,
): AsyncIterable<Buffer, undefined> {
  const mode = streamingModes[source.payloadHash]
  if (mode === undefined) return source.raw
  return decodeAwsChunked(source.raw, {
    signer: mode.signed ? source.chunkSigner : undefined,
    hasTrailer: mode.trailer,
    takeTrailer: (name, value) => trailers.set(name, value),
  })
}

function checkValue(
  value: string,
  expected: Expectations,
  trailers: ReadonlyMap<string, string>,
): void {
  if (expected.header !== undefined && expected.header.value !== value)
    throw new S3Error('BadDigest', `The ${expected.header.algorithm} does not match the body.`)
  if (expected.header !== undefined || expected.trailer === undefined) return
  const trailing = checksumIn(trailers)
  if (trailing === undefined)
    throw new S3Error('InvalidRequest', 'The announced trailing checksum is missing.')
  checkForm(trailing.algorithm, trailing.value)
  if (trailing.algorithm !== expected.trailer || trailing.value !== value)
    throw new S3Error('BadDigest', `The ${expected.trailer} does not match the body.`)
}

/** Reads a small document into memory. Throws when it is longer than `maxBytes`. */
export async function readDocument(source: BodySource, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  await readBody(source, undefined, (chunk) => {
    total += chunk.length
    if (total > maxBytes) throw new S3Error('MaxMessageLengthExceeded')
    chunks.push(Buffer.from(chunk))
    return undefined
  })
  return Buffer.concat(chunks).toString('utf8')
}
