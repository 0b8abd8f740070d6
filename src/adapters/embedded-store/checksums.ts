import { createHash } from 'node:crypto'
import { combineCrc, Crc, isCrc } from './crc.ts'
import { S3Error } from './s3-error.ts'

const digestBytes = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 } as const

export type ChecksumAlgorithm = keyof typeof digestBytes
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT'

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const

/** A checksum as it is stored and shown: base64, with `-N` behind it when composed of N parts. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: ChecksumType
  readonly value: string
}

export interface RunningDigest {
  update(chunk: Uint8Array): unknown
  digest(): Buffer
}

export const startChecksum = (algorithm: ChecksumAlgorithm): RunningDigest =>
  isCrc(algorithm) ? new Crc(algorithm) : createHash(algorithm.toLowerCase())

export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((known) => known === name.toUpperCase())
  if (algorithm === undefined)
    throw new S3Error('InvalidRequest', `The checksum algorithm ${name} is not supported.`)
  return algorithm
}

const headerPrefix = 'x-amz-checksum-'
const notValues = new Set(['algorithm', 'type', 'mode'])

export const checksumHeader = (algorithm: ChecksumAlgorithm): string =>
  `${headerPrefix}${algorithm.toLowerCase()}`

/** The one checksum that headers or trailers carry. Throws for two, or one of an unknown algorithm. */
export function checksumIn(
  headers: ReadonlyMap<string, string>,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const found = [...headers].filter(
    ([name]) => name.startsWith(headerPrefix) && !notValues.has(name.slice(headerPrefix.length)),
  )
  const [only] = found
  if (only === undefined) return undefined
  if (found.length > 1) throw new S3Error('InvalidRequest', 'Expected one checksum header only.')
  return { algorithm: readAlgorithm(only[0].slice(headerPrefix.length)), value: only[1] }
}

/** The algorithm of a checksum that is announced for the trailer. */
export function announcedInTrailer(trailer: string | undefined): ChecksumAlgorithm | undefined {
  const name = trailer
    ?.toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .find((part) => part.startsWith(headerPrefix))
  return name === undefined ? undefined : readAlgorithm(name.slice(headerPrefix.length))
}

/** Throws InvalidRequest for what cannot be a value of the algorithm. */
export function checkForm(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length !== digestBytes[algorithm] || bytes.toString('base64') !== value)
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
}

/** The checksum of a multipart object: of its parts' checksums, or of all bytes as one. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): Checksum {
  const digests = parts.map(({ checksum }) => Buffer.from(checksum, 'base64'))
  if (type === 'COMPOSITE') {
    const digest = startChecksum(algorithm)
    for (const part of digests) digest.update(part)
    return { algorithm, type, value: `${digest.digest().toString('base64')}-${parts.length}` }
  }
  if (!isCrc(algorithm))
    throw new S3Error('InvalidRequest', `${algorithm} has no full-object form.`)
  let [whole = startChecksum(algorithm).digest()] = digests
  for (const [index, digest] of digests.entries())
    if (index > 0) whole = combineCrc(algorithm, whole, digest, parts[index]?.size ?? 0)
  return { algorithm, type, value: whole.toString('base64') }
}
