import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { ArchiveEntryKind } from '../domain/archive-entry.ts'
import { byteChunks } from './byte-chunks.ts'
import type { ArchiveSink } from './archive-sink.ts'

/** Entries in the archive's order, streamed. */
export async function extractTar(
  path: string,
  { gzip }: { gzip: boolean },
  sink: ArchiveSink,
  signal: AbortSignal,
): Promise<void> {
  const entries = extract()
  const source = createReadStream(path)
  const feeding = gzip
    ? pipeline(source, createGunzip(), entries, { signal })
    : pipeline(source, entries, { signal })
  feeding.catch(() => undefined)
  for await (const entry of entries) {
    const { name, mode } = entry.header
    await sink.entry(name, kindOf(entry.header), (mode & 0o111) !== 0, () =>
      Promise.resolve(byteChunks(entry)),
    )
    entry.resume()
  }
  await feeding
}

function kindOf({ type }: Header): ArchiveEntryKind {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return 'file'
    case 'directory':
      return 'directory'
    case 'link':
    case 'symlink':
      return 'link'
    default:
      return 'other'
  }
}
