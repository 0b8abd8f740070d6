import { open } from 'node:fs/promises'
import { ArchiveJudge } from '../domain/archive-entry.ts'
import { FailureError } from '../domain/failure.ts'
import type { ArchiveLimits } from '../domain/staging-bounds.ts'
import type { ArchiveSink } from './archive-sink.ts'
import { extractTar } from './extract-tar.ts'
import { extractZip } from './extract-zip.ts'
import { errorCode, makeFolder, placeFile } from './placed-file.ts'

export interface ArchiveOnDisk {
  readonly path: string
  /** Name of the input, for sentences. */
  readonly input: string
  readonly target: string
  readonly limits: ArchiveLimits
}

/**
 * Extracts a ZIP, tar or tar.gz file below `target`. Throws `FailureError` `archive-refused`; what was extracted
 * until then stays.
 */
export async function extractArchive(archive: ArchiveOnDisk, signal: AbortSignal): Promise<void> {
  const { head, bytes } = await beginningOf(archive.path)
  const judge = new ArchiveJudge(archive.input, bytes, archive.limits)
  const sink = sinkBelow(archive.target, judge, signal)
  try {
    await extractFormat(formatOf(head), archive.path, judge, sink, signal)
  } catch (error) {
    if (error instanceof FailureError || isOurTrouble(error)) throw error
    signal.throwIfAborted()
    throw judge.refusal(sentence(error), error)
  }
}

async function extractFormat(
  format: ReturnType<typeof formatOf>,
  path: string,
  judge: ArchiveJudge,
  sink: ArchiveSink,
  signal: AbortSignal,
): Promise<void> {
  if (format === null) throw judge.refusal('is neither ZIP, tar nor tar.gz')
  if (format === 'zip') await extractZip(path, judge, sink)
  else await extractTar(path, { gzip: format === 'tar.gz' }, sink, signal)
}

function sinkBelow(target: string, judge: ArchiveJudge, signal: AbortSignal): ArchiveSink {
  return {
    entry: async (name, kind, executable, content) => {
      signal.throwIfAborted()
      const path = judge.admit(name, kind)
      if (path === null) return
      if (kind === 'directory') return makeFolder(`${target}/${path}`)
      await placeFile(`${target}/${path}`, counted(await content(), judge, signal), executable)
    },
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  judge: ArchiveJudge,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    judge.count(chunk.length)
    yield chunk
  }
}

async function beginningOf(path: string): Promise<{ head: Buffer; bytes: number }> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    return { head: buffer.subarray(0, bytesRead), bytes: (await file.stat()).size }
  } finally {
    await file.close()
  }
}

function formatOf(head: Buffer): 'zip' | 'tar' | 'tar.gz' | null {
  const magic = head.toString('latin1', 0, 4)
  if (magic === 'PK\u0003\u0004' || magic === 'PK\u0005\u0006') return 'zip'
  if (head[0] === 0x1f && head[1] === 0x8b) return 'tar.gz'
  return head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : null
}

/** Trouble of this machine, not of the archive. */
const isOurTrouble = (error: unknown) =>
  ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EACCES', 'EROFS'].includes(
    errorCode(error) ?? '',
  )

function sentence(error: unknown): string {
  switch (errorCode(error)) {
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ERR_FS_EISDIR':
      return 'has a file where another input has a folder, or the other way round'
    default:
      return `cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`
  }
}
