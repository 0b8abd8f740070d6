import { crc32 } from 'node:zlib'
import { openPromise, type Entry } from 'yauzl'
import type { ArchiveEntryKind, ArchiveJudge } from '../domain/archive-entry.ts'
import { byteChunks } from './byte-chunks.ts'
import type { ArchiveSink } from './archive-sink.ts'

const typeMask = 0o170000
const regularType = 0o100000
const directoryType = 0o040000
const linkType = 0o120000

/** Entries in the order of the central directory, one open at a time; sizes and checksums must be as stated. */
export async function extractZip(
  path: string,
  judge: ArchiveJudge,
  sink: ArchiveSink,
): Promise<void> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw judge.refusal('is encrypted')
      if (!entry.canDecodeFileData())
        throw judge.refusal('is compressed in a way that is not read here')
      const executable = (unixMode(entry) & 0o111) !== 0
      await sink.entry(entry.fileName, kindOf(entry), executable, async () =>
        verified(entry, await zip.openReadStreamPromise(entry)),
      )
    }
  } finally {
    zip.close()
  }
}

const unixMode = ({ externalFileAttributes }: Entry) => externalFileAttributes >>> 16

/** Writers for other systems leave the type at 0: there the name tells. */
function kindOf(entry: Entry): ArchiveEntryKind {
  const isFolderName = entry.fileName.endsWith('/')
  switch (unixMode(entry) & typeMask) {
    case linkType:
      return 'link'
    case directoryType:
      return 'directory'
    case 0:
    case regularType:
      return isFolderName ? 'directory' : 'file'
    default:
      return 'other'
  }
}

async function* verified(entry: Entry, chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let sum = 0
  for await (const chunk of byteChunks(chunks)) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== entry.crc32)
    throw new Error(`the checksum of ${JSON.stringify(entry.fileName)} is wrong`)
}
