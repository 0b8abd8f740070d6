import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A prime, so that no two parts of a content are alike. */
const blockBytes = 1_048_573

/** Content of any length, made of one random block over and over. */
export interface LargeContent {
  readonly bytes: number
  readonly sha256: () => string
  readonly chunks: (start?: number) => Generator<Buffer, void>
}

export function largeContent(bytes: number): LargeContent {
  const block = randomBytes(blockBytes)
  function* chunks(start = 0) {
    for (let at = start; at < bytes;) {
      const from = at % blockBytes
      const chunk = block.subarray(from, Math.min(blockBytes, from + bytes - at))
      at += chunk.length
      yield chunk
    }
  }
  return {
    bytes,
    chunks,
    sha256: () => {
      const digest = createHash('sha256')
      for (const chunk of chunks()) digest.update(chunk)
      return digest.digest('hex')
    },
  }
}

export interface LargeSource extends AsyncDisposable {
  readonly url: string
  /** Bytes of content that were handed to the network, over all requests. */
  readonly served: () => number
  readonly requests: () => number
}

export interface SourceBehaviour {
  /** The first answer is reset when so many bytes of it were sent. */
  readonly resetAt?: number
  /** At most so many bytes in a second, roughly. */
  readonly bytesPerSecond?: number
}

/** A file server on loopback with ranges and a strong ETag. */
export async function startLargeSource(
  content: LargeContent,
  behaviour: SourceBehaviour = {},
): Promise<LargeSource> {
  let served = 0
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    const resetAt = requests === 1 ? behaviour.resetAt : undefined
    const count = (bytes: number) => (served += bytes)
    serve(request, response, { content, count, resetAt, pace: behaviour.bytesPerSecond }).catch(
      () => response.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/large.bin`,
    served: () => served,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Serving {
  readonly content: LargeContent
  readonly count: (bytes: number) => void
  readonly resetAt: number | undefined
  readonly pace: number | undefined
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving) {
  const { content, count, resetAt, pace } = serving
  response.on('error', () => undefined)
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"large"',
    'accept-ranges': 'bytes',
    'content-length': content.bytes - start,
    ...(start > 0
      ? { 'content-range': `bytes ${start}-${content.bytes - 1}/${content.bytes}` }
      : {}),
  })
  let sent = 0
  const begun = performance.now()
  for (const chunk of content.chunks(start)) {
    if (resetAt !== undefined && sent >= resetAt) return void request.socket.resetAndDestroy()
    sent += chunk.length
    count(chunk.length)
    if (!response.write(chunk)) await roomFor(response)
    if (response.destroyed) return
    if (pace !== undefined) await until(begun + (sent / pace) * 1000)
  }
  response.end()
}

function roomFor(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.once('drain', go).once('close', go)
  })
}

const until = (at: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())))
