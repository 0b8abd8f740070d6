import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { byteChunks } from './byte-chunks.ts'
import type { OutputEntry } from './list-outputs.ts'
import { readOutput } from './read-output.ts'
import type { UploadSource } from './upload.ts'

const entryOverheadBytes = 512
const earliestZipDate = new Date('1980-01-02T00:00:00Z')

/** All entries as one ZIP, made while it is read; names relative to the output directory. */
export function zipOf(root: string, entries: readonly OutputEntry[]): UploadSource {
  return {
    contentType: 'application/zip',
    maxBytes: zipBound(entries),
    open: () => zipStream(root, entries),
  }
}

/** Deflate never adds more than a thousandth and a few bytes. */
function zipBound(entries: readonly OutputEntry[]): number {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes * 1.01 + entry.path.length * 8, 0)
  return Math.ceil(bytes) + entryOverheadBytes * (entries.length + 1)
}

async function* zipStream(
  root: string,
  entries: readonly OutputEntry[],
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const output = zip.outputStream
  if (!(output instanceof Readable)) throw new TypeError('the archive is no stream')
  zip.on('error', (error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error('the archive cannot be made'))
  })
  for (const entry of entries) addEntry(zip, root, entry)
  zip.end()
  try {
    yield* byteChunks(output)
  } finally {
    output.destroy()
  }
}

function addEntry(zip: ZipFile, root: string, entry: OutputEntry): void {
  const mtime = new Date(Math.max(entry.modifiedMs, earliestZipDate.getTime()))
  if (entry.kind === 'directory') {
    zip.addEmptyDirectory(entry.path, { mtime, mode: 0o040755 })
    return
  }
  const mode = entry.executable ? 0o100755 : 0o100644
  zip.addReadStreamLazy(entry.path, { mtime, mode, size: entry.bytes }, (ready) => {
    ready(
      null,
      Readable.from(readOutput(root, entry, { reuseBuffer: false }), { objectMode: false }),
    )
  })
}
