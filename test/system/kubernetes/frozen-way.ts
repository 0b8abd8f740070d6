import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A way to a TCP port of this machine whose connections can be made to fall silent. */
export class FrozenWay implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #living = new Set<Socket>()
  readonly #frozen = new Set<Socket>()
  #connections = 0

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  static async to(target: number): Promise<FrozenWay> {
    const server = createServer((client) => {
      way.#connections += 1
      const upstream = connect(target, '127.0.0.1')
      way.#join(client, upstream)
      way.#join(upstream, client)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const way = new FrozenWay(server)
    return way
  }

  /** How many connections were made so far. */
  get connections(): number {
    return this.#connections
  }

  /** From now on nothing passes on the connections that are there, not even their end; new ones are well. */
  freeze(): void {
    for (const socket of this.#living) {
      socket.pause()
      this.#frozen.add(socket)
    }
    this.#living.clear()
  }

  #join(from: Socket, to: Socket): void {
    this.#living.add(from)
    from.on('data', (chunk: Buffer) => {
      if (!this.#frozen.has(from)) to.write(chunk)
    })
    from.on('error', () => undefined)
    from.on('end', () => {
      if (!this.#frozen.has(from)) to.end()
    })
    from.on('close', () => {
      this.#living.delete(from)
      if (!this.#frozen.has(from)) to.destroy()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.#living, ...this.#frozen]) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
