import { createHash } from 'node:crypto'
import { S3Error } from './s3-error.ts'
import { sameText, type ChunkSigner } from './signature.ts'

const maxLineBytes = 4096
const maxTrailers = 16

/** Reads lines and counted bytes from a stream of chunks, without gathering the chunks. */
class ChunkReader {
  readonly #source: AsyncIterator<Buffer, undefined>
  #pending: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer, undefined>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async #more(): Promise<Buffer> {
    if (this.#pending.length > 0) return this.#pending
    const next = await this.#source.next()
    if (next.done === true) throw new S3Error('IncompleteBody')
    this.#pending = next.value
    return next.value
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    let line = ''
    for (;;) {
      const chunk = await this.#more()
      const end = chunk.indexOf(10)
      line += chunk.toString('latin1', 0, end < 0 ? chunk.length : end)
      this.#pending = chunk.subarray(end < 0 ? chunk.length : end + 1)
      if (line.length > maxLineBytes)
        throw new S3Error('InvalidRequest', 'A line of the aws-chunked body is too long.')
      if (end >= 0) return line.endsWith('\r') ? line.slice(0, -1) : line
    }
  }

  /** At least one and at most `limit` bytes. */
  async some(limit: number): Promise<Buffer> {
    const chunk = await this.#more()
    const taken = chunk.subarray(0, limit)
    this.#pending = chunk.subarray(taken.length)
    return taken
  }

  /** Reads what is left; nothing may be. */
  async end(): Promise<void> {
    let left = this.#pending.length
    for (;;) {
      if (left > 0) throw new S3Error('InvalidRequest', 'Bytes follow the aws-chunked body.')
      const next = await this.#source.next()
      if (next.done === true) return
      left = next.value.length
    }
  }
}

export interface AwsChunkedOptions {
  /** Absent when chunks carry no signatures. */
  readonly signer: ChunkSigner | undefined
  readonly hasTrailer: boolean
  /** Receives the trailing headers, in lower case, when the body has ended well. */
  readonly takeTrailer: (name: string, value: string) => void
}

/**
 * Decodes an `aws-chunked` body (Signature Version 4, streaming uploads).
 * Bytes come out before their chunk's signature is known: the consumer keeps them invisible until
 * the stream has ended without an error.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer, undefined>,
  options: AwsChunkedOptions,
): AsyncGenerator<Buffer, undefined, undefined> {
  const { signer } = options
  const reader = new ChunkReader(source)
  let previous = signer?.seed ?? ''
  for (;;) {
    const { size, signature } = readChunkHeader(await reader.line())
    const hash = signer === undefined ? undefined : createHash('sha256')
    for (let left = size; left > 0;) {
      const bytes = await reader.some(left)
      hash?.update(bytes)
      left -= bytes.length
      yield bytes
    }
    if (signer !== undefined && hash !== undefined) {
      const expected = await signer.sign('chunk', previous, hash.digest('hex'))
      if (!sameText(expected, signature)) throw new S3Error('SignatureDoesNotMatch')
      previous = expected
    }
    if (size === 0) break
    if ((await reader.line()) !== '') throw malformed()
  }
  await readTrailer(reader, options, previous)
  await reader.end()
}

const malformed = () => new S3Error('InvalidRequest', 'The aws-chunked body is malformed.')

function readChunkHeader(line: string): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
  if (match === null) throw malformed()
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] ?? '' }
}

async function readTrailer(
  reader: ChunkReader,
  options: AwsChunkedOptions,
  previous: string,
): Promise<void> {
  const trailers: [string, string][] = []
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':')
    if (colon < 1 || trailers.length >= maxTrailers) throw malformed()
    trailers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()])
  }
  const signatureName = 'x-amz-trailer-signature'
  const values = trailers.filter(([name]) => name !== signatureName)
  if (values.length > 0 && !options.hasTrailer) throw malformed()
  if (options.signer !== undefined && options.hasTrailer) {
    const text = values.map(([name, value]) => `${name}:${value}\n`).join('')
    const sha256 = createHash('sha256').update(text).digest('hex')
    const expected = await options.signer.sign('trailer', previous, sha256)
    const signature = trailers.find(([name]) => name === signatureName)?.[1] ?? ''
    if (!sameText(expected, signature)) throw new S3Error('SignatureDoesNotMatch')
  }
  for (const [name, value] of values) options.takeTrailer(name, value)
}
