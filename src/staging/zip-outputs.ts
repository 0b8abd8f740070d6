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

/** Deflate never adds more than a thousandth and a few bytes; a path has at most three bytes a character, twice. */
function zipBound(entries: readonly OutputEntry[]): number {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes * 1.01 + entry.path.length * 6, 0)
  return Math.ceil(bytes) + entryOverheadBytes * (entries.length + 1)
}

async function* zipStream(
  root: string,
  entries: readonly OutputEntry[],
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const output = zip.outputStream
  if (!(output instanceof Readable)) throw new TypeError('the archive is no stream')
  const reading = new Set<Readable>()
  const fail = (error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error('the archive cannot be made'))
  }
  zip.on('error', fail)
  for (const entry of entries) {
    addEntry(zip, entry, () => {
      const file = Readable.from(readOutput(root, entry, { reuseBuffer: false }), {
        objectMode: false,
      })
      // The library does not listen for errors of what it reads.
      file.on('error', fail)
      file.on('close', () => reading.delete(file))
      reading.add(file)
      return file
    })
  }
  zip.end()
  try {
    yield* byteChunks(output)
  } finally {
    output.destroy()
    for (const file of reading) file.destroy()
  }
}

function addEntry(zip: ZipFile, entry: OutputEntry, open: () => Readable): void {
  const mtime = new Date(Math.max(entry.modifiedMs, earliestZipDate.getTime()))
  if (entry.kind === 'directory') {
    zip.addEmptyDirectory(entry.path, { mtime, mode: 0o040755 })
    return
  }
  const mode = entry.executable ? 0o100755 : 0o100644
  zip.addReadStreamLazy(entry.path, { mtime, mode, size: entry.bytes }, (ready) => {
    ready(null, open())
  })
}
