import { EdrReceiver, propertyOf, type Edr } from '../../../demo/connectors/edr-receiver.ts'
import { consumerClient, type ConsumerClient } from '../../support/consumer-client.ts'
import { until } from '../../support/until.ts'

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

export async function startConsumerBackend(): Promise<ConsumerBackend> {
  const receiver = await EdrReceiver.start()
  return {
    url: receiver.url,
    addresses: (id) => receiver.of(id).length,
    access: async (id, count = 1) =>
      accessOf(await until(`address ${count} of ${id}`, () => receiver.of(id)[count - 1])),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}

function accessOf(address: Edr): Access {
  const of = (name: string) => propertyOf(address, name)
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
