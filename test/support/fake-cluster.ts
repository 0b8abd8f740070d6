import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An object as the API has it, as far as tests need it. */
export interface ClusterObject {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly labels?: Record<string, string>
    readonly resourceVersion?: string
    readonly [other: string]: unknown
  }
  readonly [other: string]: unknown
}

export interface SeenRequest {
  readonly collection: string
  readonly watch: boolean
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

/** Answers a request in the test's own way (true), or leaves it to the fake (false). */
export type Intercept = (
  request: SeenRequest,
  response: ServerResponse,
) => boolean | Promise<boolean>

interface Past {
  readonly version: number
  readonly type: string
  readonly object: ClusterObject
}

/** One collection: a list in pages, and watches that tell what changed since a version. */
class FakeCollection {
  readonly objects = new Map<string, ClusterObject>()
  readonly watches = new Set<ServerResponse>()
  readonly #past: Past[] = []
  readonly #snapshots = new Map<string, readonly ClusterObject[]>()
  readonly #clock: { version: number }
  #compacted = 0

  constructor(clock: { version: number }) {
    this.#clock = clock
  }

  /** Writes an object and tells the watches, unless `silently`. */
  put(object: ClusterObject, silently = false): ClusterObject {
    const type = this.objects.has(object.metadata.name) ? 'MODIFIED' : 'ADDED'
    const stored = this.#versioned(object)
    this.objects.set(object.metadata.name, stored)
    if (!silently) this.#tell(type, stored)
    return stored
  }

  remove(name: string, silently = false): void {
    const object = this.objects.get(name)
    if (object === undefined) throw new Error(`no ${name}`)
    this.objects.delete(name)
    const last = this.#versioned(object)
    if (!silently) this.#tell('DELETED', last)
  }

  bookmark(): void {
    const metadata = { resourceVersion: String(this.#clock.version) }
    this.say(JSON.stringify({ type: 'BOOKMARK', object: { metadata } }))
  }

  /** Writes a line of any kind to all watches. */
  say(line: string): void {
    for (const watch of this.watches) watch.write(`${line}\n`)
  }

  /** Ends all watches in the regular way. */
  endWatches(): void {
    for (const watch of this.watches) watch.end()
  }

  /** Forgets history: watches from before are refused with 410, and so are lists that are being read. */
  compact(): void {
    this.#clock.version += 1
    this.#compacted = this.#clock.version
    this.forgetPast()
  }

  forgetPast(): void {
    this.#past.length = 0
    this.#snapshots.clear()
  }

  list(query: URLSearchParams, response: ServerResponse): void {
    const limit = Number(query.get('limit') ?? '500')
    const [version = '', offset = '0'] = query.get('continue')?.split(':') ?? [
      String(this.#clock.version),
    ]
    const snapshot = query.has('continue')
      ? this.#snapshots.get(version)
      : [...this.objects.values()]
    if (snapshot === undefined) {
      answerStatus(response, 410, 'The continue token is too old.')
      return
    }
    const end = Number(offset) + limit
    const more = end < snapshot.length
    if (more) this.#snapshots.set(version, snapshot)
    answerJson(response, 200, {
      kind: 'List',
      metadata: { resourceVersion: version, ...(more ? { continue: `${version}:${end}` } : {}) },
      items: snapshot.slice(Number(offset), end),
    })
  }

  watch(query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'))
    if (from < this.#compacted) {
      answerStatus(response, 410, 'too old resource version')
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    this.watches.add(response)
    response.on('close', () => this.watches.delete(response))
    for (const { version, type, object } of this.#past) {
      if (version > from) response.write(`${JSON.stringify({ type, object })}\n`)
    }
  }

  #versioned(object: ClusterObject): ClusterObject {
    this.#clock.version += 1
    const resourceVersion = String(this.#clock.version)
    return { ...object, metadata: { ...object.metadata, resourceVersion } }
  }

  #tell(type: string, object: ClusterObject): void {
    this.#past.push({ version: this.#clock.version, type, object })
    this.say(JSON.stringify({ type, object }))
  }
}

export type { FakeCollection }

/** An API server on loopback with Jobs and pods, which behaves as a test says. */
export async function startFakeCluster() {
  const clock = { version: 1_000 }
  const collections = { jobs: new FakeCollection(clock), pods: new FakeCollection(clock) }
  const requests: SeenRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let intercept: Intercept = () => false

  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    serve(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    const name = url.pathname.split('/').at(-1) ?? ''
    const query = url.searchParams
    const watch = query.get('watch') === 'true'
    const seen = { collection: name, watch, query, headers: request.headers }
    requests.push(seen)
    if (await intercept(seen, response)) return
    const collection = name === 'jobs' || name === 'pods' ? collections[name] : undefined
    if (collection === undefined) answerStatus(response, 404, `no ${name}`)
    else if (watch) collection.watch(query, response)
    else collection.list(query, response)
  }

  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen(0)
  const { port } = server.address() as AddressInfo
  const folder = await mkdtemp(join(tmpdir(), 'fake-cluster-'))
  const kubeconfigPath = join(folder, 'kubeconfig')
  await writeFile(kubeconfigPath, kubeconfig(port), { mode: 0o600 })

  return {
    ...collections,
    port,
    kubeconfigPath,
    requests,
    /** Requests of one kind so far. */
    count: (collection: string, watch: boolean) =>
      requests.filter((one) => one.collection === collection && one.watch === watch).length,
    openSockets: () => sockets.size,
    connections: () => connections,
    intercept: (other: Intercept) => {
      intercept = other
    },
    version: () => clock.version,
    /** As after a restore from a backup: later versions are given again. */
    rewind: (version: number) => {
      clock.version = version
      for (const collection of Object.values(collections)) collection.forgetPast()
    },
    /** No one listens at the port any more. */
    goAway: close,
    comeBack: () => listen(port),
    async [Symbol.asyncDispose]() {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type FakeCluster = Awaited<ReturnType<typeof startFakeCluster>>

export const fakeToken = 'canary-token-of-the-fake-cluster'

/** The library takes plain http only where TLS is not verified. */
const kubeconfig = (port: number) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [
      {
        name: 'fake',
        cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
      },
    ],
    users: [{ name: 'fake', user: { token: fakeToken } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  })

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

export function answerStatus(response: ServerResponse, code: number, message: string): void {
  answerJson(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code })
}
