import type { IncomingMessage, ServerResponse } from 'node:http'
import { contentPassed } from '../memory/garbage.ts'
import { S3Error } from './s3-error.ts'

const drainBytes = 16 * 1024 * 1024
const drainMs = 5_000

/**
 * The bytes of a request as they arrive. A chunk may be used until the next one is asked for.
 * A client that waits for leave to send gets it when reading begins.
 */
export class RawBody implements AsyncIterable<Buffer, undefined> {
  readonly #incoming: IncomingMessage
  readonly #response: ServerResponse
  #awaitsContinue: boolean

  constructor(incoming: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    this.#incoming = incoming
    this.#response = response
    this.#awaitsContinue = awaitsContinue
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, undefined, undefined> {
    if (this.#awaitsContinue) this.#response.writeContinue()
    this.#awaitsContinue = false
    // Destroying the stream would close the connection before a refusal could be sent.
    const chunks: AsyncIterable<Buffer> = this.#incoming.iterator({ destroyOnReturn: false })
    try {
      for await (const chunk of chunks) {
        const { length } = chunk
        yield chunk
        free(chunk)
        contentPassed(length)
      }
    } catch (error) {
      throw new S3Error('IncompleteBody', error instanceof Error ? error.message : undefined)
    }
  }

  /**
   * Throws away what a client is still sending, so that it can read the answer. Returns false when
   * the connection cannot be used any more: too much is left, or the client waits for leave to send.
   */
  async drain(): Promise<boolean> {
    if (this.#incoming.complete) return true
    if (this.#awaitsContinue || this.#incoming.destroyed) return false
    const length = this.#incoming.headers['content-length']
    if (length === undefined && this.#incoming.headers['transfer-encoding'] === undefined)
      return true
    if (Number(length ?? 0) > drainBytes) return false
    return await this.#discard()
  }

  #discard(): Promise<boolean> {
    return new Promise((resolve) => {
      let left = drainBytes
      const incoming = this.#incoming
      const finish = (isUsable: boolean) => {
        clearTimeout(timer)
        incoming.off('data', count).off('end', ended).off('close', closed)
        resolve(isUsable)
      }
      const count = (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) finish(false)
      }
      const ended = () => finish(true)
      const closed = () => finish(false)
      const timer = setTimeout(() => finish(false), drainMs)
      incoming.on('data', count).on('end', ended).on('close', closed)
      incoming.resume()
    })
  }
}

/** Gives the memory of a chunk back at once: collected as garbage, it would add up to many chunks. */
function free({ buffer, byteOffset, byteLength }: Buffer): void {
  if (byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0)
}
