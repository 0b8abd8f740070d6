import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ConnectorName } from '../../../demo/connectors/connector.ts'

const variable = 'DSC_EDC_EVENTS_URL'

export interface EventRelay extends AsyncDisposable {
  /** Connector NAME posts to `{url}/NAME`. */
  readonly url: string
}

/**
 * Connectors learn at their start where events go, and tests have their receivers later: events go through here, to the
 * receiver that a test has named by `PUT /NAME`; without one they are taken, and are gone. What the receiver answers is
 * the answer that the connector gets.
 */
export async function startEventRelay(): Promise<EventRelay> {
  const receivers = new Map<string, string>()
  const server = createServer((request, response) => {
    const name = request.url ?? ''
    const relay = async () => {
      const body = await text(request)
      if (request.method === 'PUT') receivers.set(name, body)
      if (request.method === 'DELETE') receivers.delete(name)
      const receiver = request.method === 'POST' ? receivers.get(name) : undefined
      response.writeHead(receiver === undefined ? 204 : await pass(receiver, body)).end()
    }
    relay().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function pass(receiver: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(30_000)
  return (await fetch(receiver, { method: 'POST', headers, body, signal })).status
}

/** Lets the events of a connector come to `url`, until it is disposed of. One receiver a connector. */
export async function receiveEvents(name: ConnectorName, url: string): Promise<AsyncDisposable> {
  const tell = async (method: 'PUT' | 'DELETE', body?: string) => {
    const response = await fetch(`${process.env[variable] ?? ''}/${name}`, {
      method,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(5000),
    })
    if (!response.ok) throw new Error(`the relay of events answers ${response.status}`)
  }
  await tell('PUT', url)
  return { [Symbol.asyncDispose]: () => tell('DELETE') }
}
