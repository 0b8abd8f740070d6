import { Agent, request } from 'node:http'

export interface Answered {
  readonly status: number
  readonly text: string
}

/** Posts JSON over connections that stay open; much lighter than `fetch`, so that the client is not what is measured. */
export class KeepAliveClient implements Disposable {
  readonly #agent: Agent

  constructor(connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    const content = Buffer.from(JSON.stringify(body))
    return new Promise<Answered>((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'content-length': content.length,
          ...headers,
        },
      })
      sent.once('error', reject).once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      })
      sent.end(content)
    })
  }

  [Symbol.dispose]() {
    this.#agent.destroy()
  }
}

/** Runs `count` pieces of work, so many at a time, and returns the seconds that all took. */
export async function atOnce(
  concurrency: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<number> {
  const begun = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) {
      const index = next
      next += 1
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return (performance.now() - begun) / 1000
}
