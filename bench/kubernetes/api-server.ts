import { Agent, request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { KubeConfig } from '@kubernetes/client-node'
import {
  readEvents,
  type WatchEvent,
} from '../../src/adapters/compute-kubernetes/watched-list-events.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface Answered {
  readonly status: number
  readonly body: unknown
}

const deadlineMs = 60_000

/** The API server over connections that stay open, with nothing but JSON around `node:https`. */
export class ApiServer implements Disposable {
  readonly #server: string
  readonly #agent: Agent
  readonly #options: RequestOptions

  private constructor(server: string, options: RequestOptions, connections: number) {
    this.#server = server
    this.#options = options
    const { ca, cert, key } = options
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca, cert, key })
  }

  static async open(kubeconfigPath: string, connections: number): Promise<ApiServer> {
    const config = new KubeConfig()
    config.loadFromFile(kubeconfigPath)
    const server = config.getCurrentCluster()?.server
    if (server === undefined) throw new Error(`${kubeconfigPath} has no current cluster`)
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    return new ApiServer(server, options, connections)
  }

  /** Any answer; throws only when there is none. */
  async ask(method: Method, path: string, body?: unknown, type?: string): Promise<Answered> {
    const response = await this.#send(method, path, body, type)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    return { status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }
  }

  /** The body of a 2xx answer, or of one that is accepted all the same. */
  async call(
    method: Method,
    path: string,
    body?: unknown,
    { accept = [] as readonly number[] } = {},
  ): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const answer = await this.ask(method, path, body, type)
    if (answer.status < 300 || accept.includes(answer.status)) return answer.body
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  /** Tells of everything below `path` from its present state on, until the signal ends it. */
  async watch(path: string, take: (event: WatchEvent) => void, signal: AbortSignal): Promise<void> {
    const response = await this.#send('GET', path, undefined, undefined, signal)
    // Ended while nobody reads.
    response.on('error', () => undefined)
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`)
    try {
      await readEvents(response, take)
    } catch (error) {
      if (!signal.aborted) throw error
    }
    if (!signal.aborted) throw new Error(`the watch of ${path} has ended`)
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #send(
    method: Method,
    path: string,
    body: unknown,
    type = 'application/json',
    watching?: AbortSignal,
  ): Promise<IncomingMessage> {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#server}${path}`, {
        ...this.#options,
        method,
        // A watch has a connection of its own.
        agent: watching === undefined ? this.#agent : undefined,
        signal: watching ?? AbortSignal.timeout(deadlineMs),
        headers: {
          accept: 'application/json',
          'user-agent': 'bench',
          ...(content === undefined
            ? {}
            : { 'content-type': type, 'content-length': content.length }),
        },
      })
      sent.on('error', reject).once('response', resolve)
      sent.end(content)
    })
  }
}
