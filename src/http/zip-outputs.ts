import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Application } from '../application/application.ts'
import type { VerifiedOutput } from '../domain/job.ts'

/** A directory output as one ZIP, made while it is sent; one object is read at a time. */
export function zipOutputs(
  app: Application,
  bucket: string,
  outputs: readonly VerifiedOutput[],
  signal: AbortSignal,
): Readable {
  const zip = new ZipFile()
  const out = new PassThrough()
  zip.on('error', (error: unknown) => out.destroy(asError(error)))
  for (const { key, path, name, bytes } of outputs) {
    zip.addReadStreamLazy(path ?? name, { size: bytes, mtime: new Date(0) }, (callback) => {
      app.store
        .read(bucket, key, {}, signal)
        .then((read) => {
          if (read === null) throw new Error(`${path ?? name} is gone`)
          callback(null, read.body)
        })
        .catch((error: unknown) => callback(asError(error), Readable.from([])))
    })
  }
  zip.end()
  zip.outputStream.pipe(out)
  signal.addEventListener('abort', () => out.destroy(asError(signal.reason)), { once: true })
  return out
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
