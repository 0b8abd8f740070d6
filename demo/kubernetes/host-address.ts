import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { NodeView } from './images.ts'

/** Reserved for documentation: it stands for any address beyond the networks of this machine. */
const elsewhere = '203.0.113.1'

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))

/**
 * The address of this machine that pods reach, most likely: the one that the way to a node begins at, or, where a node
 * is on this machine, the node's own. Throws with a sentence when there is none.
 */
export async function hostAddress(
  given: string | null,
  nodes: readonly NodeView[],
): Promise<string> {
  const own = ownAddresses()
  if (given !== null) {
    if (own.includes(given)) return given
    throw new Error(
      `--host ${given} is no address of this machine. Use one that pods reach, of ${own.join(', ')}.`,
    )
  }
  const target = nodes
    .flatMap(({ status }) => status?.addresses ?? [])
    .find(({ type, address }) => type === 'InternalIP' && isIP(address) === 4)?.address
  const found = await beginOfWay(target ?? elsewhere)
  if (found !== null && !found.startsWith('127.')) return found
  if (target !== undefined && own.includes(target)) return target
  throw new Error(
    `No address of this machine was found that pods could reach. Give one with --host, of ${own.join(', ')}.`,
  )
}

/** Asks the routes of this machine; nothing is sent. */
function beginOfWay(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => socket.close(() => resolve(null)))
    socket.connect(9, address, () => {
      const found = socket.address().address
      socket.close(() => resolve(found))
    })
  })
}
