import type { Readable } from 'node:stream'
import type { Application } from '../application/application.ts'
import type { ObjectInfo } from '../application/ports/object-store.ts'
import { ProblemError } from '../domain/problem.ts'
import { reprDigestOf } from './body-facts.ts'

/** A digest that is known of an object; with an ETag only as long as the object has it. */
export interface KnownDigest {
  readonly sha256: string | null
  readonly etag: string | null
}

export interface ObjectRequest {
  readonly bucket: string
  readonly key: string
  readonly sha256: KnownDigest | null
  readonly range: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly signal: AbortSignal
}

type ObjectReply =
  | {
      readonly status: 200 | 206
      readonly headers: Record<string, string>
      readonly stream: Readable
    }
  | { readonly status: 304; readonly headers: Record<string, string> }

/** An object of the workspace as an answer: whole, one range of it, or 304. Throws `not-found`, `range-not-satisfiable`. */
export async function sendObject(app: Application, request: ObjectRequest): Promise<ObjectReply> {
  const { bucket, key, signal } = request
  const info = await app.store.head(bucket, key, signal)
  if (info === null) throw new ProblemError('not-found', 'There is no such object.')
  const headers = objectHeaders(info, request.sha256)
  if (request.ifNoneMatch !== undefined && matches(request.ifNoneMatch, info.etag)) {
    return { status: 304, headers: { etag: info.etag } }
  }
  const range = parseRange(request.range, info.bytes)
  const options = { ifMatch: info.etag, ...(range === undefined ? {} : { range }) }
  const read = await app.store.read(bucket, key, options, signal)
  if (read === null) throw new ProblemError('not-found', 'There is no such object.')
  if (range === undefined) {
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(info.bytes) },
      stream: read.body,
    }
  }
  const { start, end } = range
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${info.bytes}`,
    },
    stream: read.body,
  }
}

export function objectHeaders(info: ObjectInfo, known: KnownDigest | null): Record<string, string> {
  const holds = known !== null && (known.etag === null || known.etag === info.etag)
  const sha256 = holds ? known.sha256 : info.sha256
  return {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: info.etag,
    'last-modified': info.lastModified.toUTCString(),
    ...(sha256 === null ? {} : { 'repr-digest': reprDigestOf(sha256) }),
  }
}

const matches = (header: string, etag: string) =>
  header.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()))

/** One range; several, or a form that is not known, are answered with the whole (RFC 9110 14.2). */
function parseRange(header: string | undefined, bytes: number) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  const [, from = '', to = ''] = match ?? []
  if (match === null || (from === '' && to === '')) return undefined
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (start <= end && start < bytes) return { start, end }
  throw new ProblemError('range-not-satisfiable', `The object has ${bytes} bytes.`)
}
