import { createHash } from 'node:crypto'
import type { AgentOptions } from 'node:https'
import {
  KubeConfig,
  type Cluster,
  type DispatcherOptions,
  type RequestContext,
} from '@kubernetes/client-node'
import { ClusterFault } from './cluster-client-error.ts'

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>

/**
 * The library's configuration with two differences: requests carry our User-Agent, and share one pool of connections
 * (the library makes a pool per request, so that no connection is ever used again). A changed certificate or
 * authority, which are read again for each request, begins a new pool. HTTP/1.1 only: a dead connection then takes
 * one request with it, and ending a request ends its connection.
 */
export class PooledKubeConfig extends KubeConfig implements AsyncDisposable {
  readonly #userAgent: string
  readonly #deadlineMs: number
  #pool: Dispatcher | undefined
  /** Of the options that the pool was made with, keys and certificates among them. */
  #poolDigest = ''
  #closed = false

  constructor(userAgent: string, deadlineMs: number) {
    super()
    this.#userAgent = userAgent
    this.#deadlineMs = deadlineMs
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    if (this.#closed) throw new ClusterFault('the client is closed')
    const { promise, reject } = Promise.withResolvers<never>()
    // Credential plug-ins may ask other programs and services.
    const timer = setTimeout(
      () => reject(new ClusterFault('no credentials for the cluster in time')),
      this.#deadlineMs,
    )
    try {
      await Promise.race([this.#authenticate(context), promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /** `none` leaves the request without a pool of its own: it takes the one that is there. */
  override createDispatcherOptions(
    cluster: Cluster | null,
    agent: AgentOptions,
  ): DispatcherOptions {
    const asked = super.createDispatcherOptions(cluster, agent)
    const options = withoutHttp2(asked)
    const digest = createHash('sha256').update(JSON.stringify(options)).digest('base64')
    if (digest === this.#poolDigest) return { type: 'none' }
    this.#poolDigest = digest
    return options
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#pool?.destroy()
  }

  async #authenticate(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context)
    context.setHeaderParam('User-Agent', this.#userAgent)
    const made = context.getDispatcher()
    if (made === undefined) {
      if (this.#pool !== undefined) context.setDispatcher(this.#pool)
      return
    }
    const former = this.#pool
    this.#pool = made
    // Requests that run on it go on.
    former?.close().catch(() => undefined)
  }
}

function withoutHttp2(options: DispatcherOptions): DispatcherOptions {
  const reused = { keepAlive: true, keepAliveInitialDelay: 30_000, allowH2: false }
  switch (options.type) {
    case 'none':
      return { type: 'agent', connect: reused }
    case 'agent':
    case 'proxy':
      return { ...options, connect: { ...options.connect, ...reused } }
    case 'socks':
      return options
  }
}
