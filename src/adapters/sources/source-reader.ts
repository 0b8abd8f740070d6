import type { SourceReader, SourceStream } from '../../application/ports/source-reader.ts'
import { FailureError } from '../../domain/failure.ts'
import { beginWithin } from '../egress/begin-within.ts'
import type { Egress } from '../egress/egress.ts'
import { outboundFailure } from '../egress/faults.ts'
import { withIdleLimit } from '../egress/idle-limit.ts'
import { openHttp } from './http-source.ts'
import { openS3 } from './s3-source.ts'

export interface SourceReaderSettings {
  readonly egress: Pick<Egress, 'get' | 'smithyHandler'>
  /** From the request to the head of the answer, redirects included. */
  readonly beginMs?: number
  /** The longest pause between bytes while we are ready for more. */
  readonly idleMs?: number
}

/** Reads foreign sources through the guarded client, with limits on waiting. */
export function createSourceReader(settings: SourceReaderSettings): SourceReader {
  const { egress, beginMs = 60_000, idleMs = 60_000 } = settings
  const opened: SourceReader['open'] = (source, start, expected, signal) =>
    source.type === 'http'
      ? openHttp(egress.get, source, start, expected, signal)
      : openS3(egress.smithyHandler('foreign'), source, start, expected, signal)
  return {
    open: async (source, start, expected, signal) => {
      const stream = await begin(beginMs, signal, (limited) =>
        opened(source, start, expected, limited),
      )
      const body = withIdleLimit(stream.body, {
        idleMs,
        onIdle: () => noProgress(`The source sent nothing for ${idleMs / 1000} s.`),
        onError: (error) => outboundFailure(error, 'The connection to the source broke.'),
        signal,
      })
      return { ...stream, body }
    },
  }
}

const noProgress = (message: string) => new FailureError('no-progress', message)

async function begin(
  limitMs: number,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<SourceStream>,
): Promise<SourceStream> {
  const late = () => noProgress(`The source did not answer within ${limitMs / 1000} s.`)
  try {
    return await beginWithin(limitMs, signal, late, open)
  } catch (error) {
    signal.throwIfAborted()
    throw outboundFailure(error, 'The source did not answer.')
  }
}
