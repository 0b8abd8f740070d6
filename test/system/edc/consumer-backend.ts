import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { consumerClient, type ConsumerClient } from '../../support/consumer-client.ts'
import { until } from '../../support/until.ts'
import { edc } from './management.ts'

/** What the address of a compute transfer gives its consumer. */
export interface Access {
  readonly endpoint: string
  readonly token: string
  readonly refreshUrl: string
  readonly refreshToken: string
  readonly workspaceId: string
  readonly consumer: ConsumerClient
}

/** The consumer's own program: its connector posts events to it, and addresses come with them. */
export interface ConsumerBackend extends AsyncDisposable {
  /** For `callbackAddresses` of a transfer request. */
  readonly url: string
  /** The `count`-th address of a transfer, waited for. */
  access(transferId: string, count?: number): Promise<Access>
  /** How many addresses of a transfer came. */
  addresses(transferId: string): number
}

interface ConnectorEvent {
  readonly payload?: {
    readonly transferProcessId?: string
    readonly dataAddress?: { readonly properties: Readonly<Record<string, string>> } | null
  }
}

export async function startConsumerBackend(): Promise<ConsumerBackend> {
  const came = new Map<string, Readonly<Record<string, string>>[]>()
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        const { transferProcessId = '', dataAddress } =
          (JSON.parse(body) as ConnectorEvent).payload ?? {}
        if (dataAddress)
          came.set(transferProcessId, [
            ...(came.get(transferProcessId) ?? []),
            dataAddress.properties,
          ])
        response.writeHead(204).end()
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/edr`,
    addresses: (id) => came.get(id)?.length ?? 0,
    access: async (id, count = 1) =>
      accessOf(await until(`address ${count} of ${id}`, () => came.get(id)?.[count - 1])),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function accessOf(properties: Readonly<Record<string, string>>): Access {
  const of = (name: string) => {
    const value = properties[`${edc}${name}`]
    if (value === undefined) throw new Error(`no ${name} among ${Object.keys(properties).join()}`)
    return value
  }
  const endpoint = of('endpoint')
  const token = of('authorization')
  return {
    endpoint,
    token,
    refreshUrl: of('refreshEndpoint'),
    refreshToken: of('refreshToken'),
    workspaceId: of('workspaceId'),
    consumer: consumerClient(endpoint, token),
  }
}
