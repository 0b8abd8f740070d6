import { once } from 'node:events'
import { open } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import type { DataFiles } from './data-files.ts'
import type { Range } from './ranges.ts'
import type { StoredPart } from './stored.ts'

/** A piece of a data file. */
export interface Slice {
  readonly file: string
  readonly start: number
  readonly bytes: number
}

/** The pieces of an object's files that a range covers. */
export function slicesOf(parts: readonly StoredPart[], range: Range): readonly Slice[] {
  const slices: Slice[] = []
  let position = 0
  for (const { file, size } of parts) {
    const start = Math.max(range.start - position, 0)
    const bytes = Math.min(range.end + 1 - position, size) - start
    if (bytes > 0) slices.push({ file, start, bytes })
    position += size
  }
  return slices
}

/** Reads the slices one after the other into blocks; `take` is given each block and hands it back. */
async function readSlices(
  files: DataFiles,
  slices: readonly Slice[],
  nextBlock: () => Buffer | Promise<Buffer>,
  take: (block: Buffer, content: Buffer) => void | Promise<void>,
): Promise<void> {
  for (const { file, start, bytes } of slices) {
    const handle = await open(files.pathOf(file), 'r')
    try {
      for (let done = 0; done < bytes;) {
        const block = await nextBlock()
        const wanted = Math.min(block.length, bytes - done)
        const { bytesRead } = await handle.read(block, 0, wanted, start + done)
        if (bytesRead === 0) throw new Error(`The data file ${file} is shorter than its row says.`)
        done += bytesRead
        await take(block, block.subarray(0, bytesRead))
      }
    } finally {
      await handle.close()
    }
  }
}

/** Sends slices with two blocks in turn: one is read while the other is being sent. */
export async function sendSlices(
  files: DataFiles,
  slices: readonly Slice[],
  response: ServerResponse,
): Promise<void> {
  const stop = new AbortController()
  const closed = once(response, 'close', { signal: stop.signal }).then(
    () => Promise.reject(new Error('The client has gone.')),
    () => undefined,
  )
  closed.catch(() => undefined)
  const blocks = [files.blocks.take(), files.blocks.take()]
  const sending: Promise<void>[] = [Promise.resolve(), Promise.resolve()]
  let turn = 0
  const nextBlock = async () => {
    turn = 1 - turn
    await Promise.race([sending[turn], closed])
    return blocks[turn] ?? files.blocks.take()
  }
  await readSlices(files, slices, nextBlock, (_, content) => {
    sending[turn] = send(response, content)
    sending[turn]?.catch(() => undefined)
  })
  await Promise.race([Promise.all(sending), closed])
  stop.abort()
  for (const block of blocks) files.blocks.give(block)
}

const send = (response: ServerResponse, content: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    response.write(content, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
  })

/** Gives the content of slices to `take`, which copies it before it returns. */
export async function copySlices(
  files: DataFiles,
  slices: readonly Slice[],
  take: (content: Buffer) => Promise<void> | undefined,
): Promise<void> {
  const block = files.blocks.take()
  await readSlices(
    files,
    slices,
    () => block,
    async (_, content) => {
      await take(content)
    },
  )
  files.blocks.give(block)
}
