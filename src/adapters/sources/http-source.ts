import { Readable } from 'node:stream'
import type { SourceStream } from '../../application/ports/source-reader.ts'
import type { HttpSource } from '../../domain/data-address.ts'
import { FailureError } from '../../domain/failure.ts'
import { sameContent, strongEtag } from '../../domain/source-validator.ts'
import type { SourceValidator } from '../../domain/transfer.ts'
import type { GetAnswer, GuardedGet } from '../egress/guarded-get.ts'
import { contentRange, refusedAnswer, validatorOf } from './http-answer.ts'

/** Headers that belong to one connection or to how we read; those of an address do not change them. */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
  'range',
  'if-range',
  'accept-encoding',
])

/** Opens an https source with the headers of its address. Bytes are taken as they come, never decoded. */
export async function openHttp(
  get: GuardedGet,
  source: HttpSource,
  start: number,
  expected: SourceValidator | null,
  signal: AbortSignal,
): Promise<SourceStream> {
  const given = Object.entries(source.headers).filter(
    ([name]) => !ownHeaders.has(name.toLowerCase()),
  )
  const answer = await get(
    {
      url: source.url,
      originHeaders: Object.fromEntries(given),
      headers: { accept: '*/*', 'accept-encoding': 'identity', ...rangeHeaders(start, expected) },
    },
    signal,
  )
  try {
    return readAnswer(answer, start, expected)
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

/** `If-Range` takes a strong ETag or a date; with neither the answer is compared instead. */
function rangeHeaders(start: number, expected: SourceValidator | null): Record<string, string> {
  if (start === 0) return {}
  const condition = expected === null ? null : (strongEtag(expected) ?? expected.lastModified)
  return { range: `bytes=${start}-`, ...(condition === null ? {} : { 'if-range': condition }) }
}

function readAnswer(
  answer: GetAnswer,
  start: number,
  expected: SourceValidator | null,
): SourceStream {
  const { status, headers, body } = answer
  const validator = validatorOf(status, headers)
  if (status !== 200 && status !== 206 && status !== 416) {
    throw refusedAnswer(status, headers, new Date())
  }
  if (expected !== null && !sameContent(expected, validator)) throw changed()
  if (status === 416) {
    if (start === 0 || validator.bytes !== start) throw changed()
    body.destroy()
    return { validator, start, body: Readable.from([]) }
  }
  refuseEncoded(headers)
  const first = status === 206 ? contentRange(headers)?.start : 0
  if (first !== 0 && first !== start) {
    throw new FailureError('no-progress', 'The source sent another range than was asked for.')
  }
  return { validator, start: first, body }
}

const changed = () =>
  new FailureError('source-changed', 'The source has other content than before.')

function refuseEncoded(headers: Readonly<Record<string, string>>) {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return
  throw new FailureError(
    'source-refused',
    'The source sends encoded content, which was not asked for.',
  )
}
