import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cutMark, logHeadBytes, logTailBytes } from '../../domain/worker-log.ts'
import { errorCode } from '../../staging/placed-file.ts'

const followMs = 100
const chunkBytes = 64 * 1024
const headerBytes = 16
const privateMode = 0o600

const headPath = (folder: string) => join(folder, 'head')
const tailPath = (folder: string) => join(folder, 'tail')

/**
 * A worker's log of bounded size. `head` takes the first half of the allowed bytes; what comes later goes into `tail`,
 * a ring that keeps the second half. The ring begins with two numbers: bytes ever put in, and its size.
 */
export class LogWriter implements Disposable {
  readonly #folder: string
  readonly #head: number
  #headRoom: number
  #tailBytes: number
  #tail: number | null = null
  #headWritten = 0
  #tailWritten = 0

  /** `resume`: goes on with what an earlier writer left, within its bounds; else the log must be new. */
  constructor(folder: string, logBytes: number, resume = false) {
    this.#folder = folder
    this.#headRoom = logHeadBytes(logBytes)
    this.#tailBytes = Math.max(1, logTailBytes(logBytes))
    this.#head = openSync(headPath(folder), resume ? 'a' : 'wx', privateMode)
    this.#headWritten = fstatSync(this.#head).size
    if (resume && existsSync(tailPath(folder))) this.#resumeTail()
  }

  /** How many bytes have been taken, kept or not. */
  get written(): number {
    return this.#headWritten + this.#tailWritten
  }

  /** Synchronous on purpose: a worker that prints faster than this waits. A full disk costs log lines, not the job. */
  write(chunk: Buffer): void {
    const room = this.#headRoom - this.#headWritten
    const toHead = chunk.subarray(0, room)
    try {
      if (toHead.length > 0) writeSync(this.#head, toHead)
      this.#headWritten += toHead.length
      if (chunk.length > room) this.#writeTail(chunk.subarray(toHead.length))
    } catch (error) {
      if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error) ?? '')) throw error
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#head)
    if (this.#tail !== null) closeSync(this.#tail)
  }

  #resumeTail(): void {
    this.#tail = openSync(tailPath(this.#folder), 'r+')
    const header = Buffer.alloc(headerBytes)
    if (readSync(this.#tail, header, 0, headerBytes, 0) < headerBytes) return
    this.#tailWritten = Number(header.readBigUInt64LE(0))
    this.#tailBytes = Number(header.readBigUInt64LE(8))
    this.#headRoom = this.#headWritten
  }

  #writeTail(chunk: Buffer): void {
    this.#tail ??= openSync(tailPath(this.#folder), 'wx+', privateMode)
    const skipped = Math.max(0, chunk.length - this.#tailBytes)
    let rest = chunk.subarray(skipped)
    this.#tailWritten += skipped
    while (rest.length > 0) {
      const at = this.#tailWritten % this.#tailBytes
      const written = rest.subarray(0, this.#tailBytes - at)
      writeSync(this.#tail, written, 0, written.length, headerBytes + at)
      this.#tailWritten += written.length
      rest = rest.subarray(written.length)
    }
    const header = Buffer.alloc(headerBytes)
    header.writeBigUInt64LE(BigInt(this.#tailWritten), 0)
    header.writeBigUInt64LE(BigInt(this.#tailBytes), 8)
    writeSync(this.#tail, header, 0, headerBytes, 0)
  }
}

type LogFile = Awaited<ReturnType<typeof open>>

/** Null: no log (yet). */
async function openLog(path: string): Promise<LogFile | null> {
  try {
    return await open(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

export interface LogReading {
  /** Asked before each look: true when nothing more is written. */
  readonly isOver: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** Whether there is a log to read. */
export async function hasLog(folder: string): Promise<boolean> {
  const file = await openLog(headPath(folder))
  await file?.close()
  return file !== null
}

/** The log from its start until it is over, with a mark where bytes are missing. A slow reader may miss more. */
export async function* readLog(folder: string, reading: LogReading): AsyncGenerator<Buffer> {
  yield* readHead(folder, reading)
  const tail = await openLog(tailPath(folder))
  if (tail === null) return
  try {
    yield* readTail(tail, reading)
  } finally {
    await tail.close()
  }
}

async function* readHead(folder: string, { isOver, signal }: LogReading): AsyncGenerator<Buffer> {
  const head = await openLog(headPath(folder))
  if (head === null) return
  try {
    for (let at = 0; ;) {
      const over = (await hasTail(folder)) || (await isOver())
      const chunk = await readChunk(head, at, chunkBytes)
      if (chunk.length > 0) yield chunk
      else if (over) return
      else await pause(followMs, undefined, { signal })
      at += chunk.length
    }
  } finally {
    await head.close()
  }
}

async function hasTail(folder: string): Promise<boolean> {
  const tail = await openLog(tailPath(folder))
  await tail?.close()
  return tail !== null
}

/** One who only looks gets what was there when he came: a loud worker would never let him go. */
async function* readTail(tail: LogFile, { isOver, signal }: LogReading): AsyncGenerator<Buffer> {
  const end = (await isOver()) ? ringOf(tail.fd).written : Infinity
  for (let at = 0; at < end;) {
    const over = await isOver()
    const piece = readRing(tail.fd, at)
    if (piece === null) continue
    const { missed, chunk } = piece
    if (missed > 0) yield Buffer.from(cutMark(missed))
    if (chunk.length > 0) yield chunk
    else if (over) return
    else await pause(followMs, undefined, { signal })
    at += missed + chunk.length
  }
}

/**
 * The next bytes of the ring after `at`, and how many are lost before them. Null: overwritten meanwhile by a writer
 * elsewhere. Synchronous on purpose: a writer in this process would else overwrite them at each turn.
 */
function readRing(fd: number, at: number): { missed: number; chunk: Buffer } | null {
  const { written, size } = ringOf(fd)
  const missed = Math.max(0, written - size - at)
  const start = at + missed
  const offset = headerBytes + (size === 0 ? 0 : start % size)
  const length = Math.min(chunkBytes, written - start, headerBytes + size - offset)
  const chunk = Buffer.allocUnsafe(Math.max(0, length))
  const bytesRead = readSync(fd, chunk, 0, chunk.length, offset)
  if (ringOf(fd).written - size > start) return null
  return { missed, chunk: chunk.subarray(0, bytesRead) }
}

function ringOf(fd: number): { written: number; size: number } {
  const header = Buffer.alloc(headerBytes)
  if (readSync(fd, header, 0, headerBytes, 0) < headerBytes) return { written: 0, size: 0 }
  return { written: Number(header.readBigUInt64LE(0)), size: Number(header.readBigUInt64LE(8)) }
}

async function readChunk(file: LogFile, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(
    Buffer.allocUnsafe(Math.max(0, length)),
    0,
    length,
    at,
  )
  return buffer.subarray(0, bytesRead)
}
