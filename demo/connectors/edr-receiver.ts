import { bodyOf, listen, type Listener } from '../http.ts'
import { edc } from './management.ts'

/** A data address that came with an event ("endpoint data reference"), as its properties. */
export type Edr = Readonly<Record<string, string>>

interface ConnectorEvent {
  readonly payload?: {
    readonly transferProcessId?: string
    readonly dataAddress?: { readonly properties: Edr } | null
  }
}

/** The consumer's own program: its connector posts events to it, and addresses come with them. */
export class EdrReceiver implements AsyncDisposable {
  /** For `callbackAddresses` of a transfer request. */
  readonly url: string
  readonly #listener: Listener
  readonly #came: Map<string, Edr[]>

  private constructor(listener: Listener, came: Map<string, Edr[]>) {
    this.#listener = listener
    this.#came = came
    this.url = `${listener.url}/edr`
  }

  static async start(): Promise<EdrReceiver> {
    const came = new Map<string, Edr[]>()
    const listener = await listen((incoming, response) => {
      bodyOf(incoming)
        .then((body) => {
          const { payload = {} } = JSON.parse(body) as ConnectorEvent
          const { transferProcessId = '', dataAddress } = payload
          if (dataAddress)
            came.set(transferProcessId, [
              ...(came.get(transferProcessId) ?? []),
              dataAddress.properties,
            ])
          response.writeHead(204).end()
        })
        .catch(() => response.destroy())
    })
    return new EdrReceiver(listener, came)
  }

  /** The addresses of a transfer, in the order in which they came; its id is that of the consumer's connector. */
  of(transferId: string): readonly Edr[] {
    return this.#came.get(transferId) ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
  }
}

export function propertyOf(address: Edr, name: string): string {
  const value = address[`${edc}${name}`]
  if (value === undefined) throw new Error(`no ${name} among ${Object.keys(address).join()}`)
  return value
}
