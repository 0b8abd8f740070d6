import { Readable } from 'node:stream'
import {
  GetObjectCommand,
  S3Client,
  type GetObjectCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import type { SourceStream } from '../../application/ports/source-reader.ts'
import type { S3Source } from '../../domain/data-address.ts'
import { FailureError } from '../../domain/failure.ts'
import { sameContent, strongEtag } from '../../domain/source-validator.ts'
import type { SourceValidator } from '../../domain/transfer.ts'
import { wrappedFailure } from '../egress/faults.ts'
import { storeFault } from '../object-store/s3-fault.ts'
import { contentRange, refusedAnswer } from './http-answer.ts'

/** Opens an S3 object with the keys of its address and no others; without keys it is refused. */
export async function openS3(
  requestHandler: NonNullable<S3ClientConfig['requestHandler']>,
  source: S3Source,
  start: number,
  expected: SourceValidator | null,
  signal: AbortSignal,
): Promise<SourceStream> {
  const client = sourceClient(requestHandler, source)
  const etag = expected === null ? null : strongEtag(expected)
  const command = new GetObjectCommand({
    Bucket: source.bucket,
    Key: source.key,
    ...(start === 0 ? {} : { Range: `bytes=${start}-` }),
    ...(etag === null ? {} : { IfMatch: etag }),
  })
  try {
    const stream = readAnswer(await client.send(command, { abortSignal: signal }), start, expected)
    stream.body.once('close', () => client.destroy())
    return stream
  } catch (error) {
    client.destroy()
    throw sourceError(error)
  }
}

/** Every setting that the environment or a profile could change is given here. */
function sourceClient(
  requestHandler: NonNullable<S3ClientConfig['requestHandler']>,
  source: S3Source,
): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken } = source
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new FailureError('source-refused', 'The address has no keys for its bucket.')
  }
  return new S3Client({
    endpoint: endpointOf(source),
    region: source.region,
    forcePathStyle: true,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === null ? {} : { sessionToken }),
    },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler,
  })
}

function endpointOf({ endpoint, region }: S3Source): string {
  if (endpoint !== null) {
    if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return endpoint
    throw new FailureError('source-refused', 'The endpoint of the address is not an http(s) URL.')
  }
  if (!/^[a-z0-9-]{1,40}$/.test(region)) {
    throw new FailureError('source-refused', 'The address names no region.')
  }
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

function readAnswer(
  answer: GetObjectCommandOutput,
  start: number,
  expected: SourceValidator | null,
): SourceStream {
  const range = contentRange({ 'content-range': answer.ContentRange ?? '' })
  const validator: SourceValidator = {
    etag: answer.ETag ?? null,
    lastModified: answer.LastModified?.toUTCString() ?? null,
    bytes: range === undefined ? (answer.ContentLength ?? null) : range.total,
    acceptsRanges: true,
    contentType: answer.ContentType ?? null,
  }
  const body = answer.Body instanceof Readable ? answer.Body : Readable.from([])
  const first = range === undefined ? 0 : range.start
  if (expected !== null && !sameContent(expected, validator)) {
    body.destroy()
    throw new FailureError('source-changed', 'The source has other content than before.')
  }
  if (first !== 0 && first !== start) {
    body.destroy()
    throw new FailureError('no-progress', 'The source sent another range than was asked for.')
  }
  return { validator, start: first, body }
}

function sourceError(error: unknown): FailureError {
  const known = wrappedFailure(error)
  if (known !== undefined) return known
  const { status } = storeFault(error)
  if (status === undefined) {
    return new FailureError('no-progress', 'The source did not answer.', { cause: error })
  }
  if (status === 416) return new FailureError('source-changed', 'The source has become shorter.')
  return refusedAnswer(status, {}, new Date(0))
}
