import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { until } from '../support/until.ts'

/** A way to a store that lets so many bytes through in one direction, then none until it is opened. */
export class Gate {
  readonly endpoint: string
  #left = Infinity
  #direction: 'up' | 'down' = 'up'
  #held: Socket[] = []

  private constructor(endpoint: string) {
    this.endpoint = endpoint
  }

  static async before(t: TestContext, target: string): Promise<Gate> {
    const sockets = new Set<Socket>()
    const server = createServer((client) => {
      const upstream = connect(Number(new URL(target).port), '127.0.0.1')
      for (const socket of [client, upstream]) {
        sockets.add(socket)
        socket.on('error', () => undefined)
      }
      gate.#pass(client, upstream, 'up')
      gate.#pass(upstream, client, 'down')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const gate = new Gate(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return gate
  }

  /** Closes after `bytes` more: `up` to the store, `down` from it. */
  closeAfter(bytes: number, direction: 'up' | 'down'): void {
    this.#left = bytes
    this.#direction = direction
  }

  /** Resolves when something waits at the closed gate. */
  async holds(): Promise<void> {
    await until('something at the gate', () => this.#held.length > 0)
  }

  open(): void {
    this.#left = Infinity
    for (const socket of this.#held.splice(0)) socket.resume()
  }

  #pass(from: Socket, to: Socket, direction: 'up' | 'down'): void {
    from.on('data', (chunk: Buffer) => {
      to.write(chunk)
      if (direction !== this.#direction) return
      this.#left -= chunk.length
      if (this.#left > 0) return
      from.pause()
      this.#held.push(from)
    })
    from.on('close', () => to.destroy())
    from.on('end', () => to.end())
  }
}
