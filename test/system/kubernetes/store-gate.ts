import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { hostAddress } from '../../support/kubernetes-cluster.ts'

/** The way from pods to the store, which a test can close: connections are then broken and refused. */
export interface StoreGate extends AsyncDisposable {
  /** What agents are told, as DSC_AGENT_STORE_URL. */
  readonly url: string
  open(storeUrl: string): void
  close(): void
}

/** A gate that is closed until it is opened. */
export async function startStoreGate(): Promise<StoreGate> {
  const sockets = new Set<Socket>()
  let target: URL | null = null
  const server = createServer((near) => {
    if (target === null) {
      near.resetAndDestroy()
      return
    }
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, hostAddress, resolve))
  const close = () => {
    target = null
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://${hostAddress}:${(server.address() as AddressInfo).port}`,
    open: (storeUrl) => {
      target = new URL(storeUrl)
    },
    close,
    [Symbol.asyncDispose]: async () => {
      close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
