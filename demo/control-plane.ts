import { randomBytes, randomUUID } from 'node:crypto'
import { listen, request, type Answer, type Listener } from './http.ts'

/** What two companies have agreed on, as far as the data plane is told. */
export interface Agreement {
  readonly agreementId: string
  readonly processId: string
  readonly consumer: string
}

export interface DataAddress {
  readonly endpoint: string
  readonly endpointProperties: readonly { readonly name: string; readonly value: string }[]
}

export interface Started {
  readonly state: string
  readonly dataFlowId: string
  readonly dataAddress: DataAddress
}

export const newAgreement = (consumer: string): Agreement => ({
  agreementId: randomUUID(),
  processId: randomUUID(),
  consumer,
})

export const propertyOf = ({ endpointProperties }: DataAddress, name: string): string => {
  const found = endpointProperties.find((property) => property.name === name)
  if (found === undefined) throw new Error(`the data address has no property ${name}`)
  return found.value
}

/**
 * Plays the operator's connector: nothing is negotiated here, but its messages are those of Data Plane Signaling, as
 * the Eclipse Dataspace Connector 0.18 sends them.
 */
export class DemoControlPlane implements AsyncDisposable {
  readonly key = randomBytes(18).toString('base64url')
  readonly url: string
  readonly #listener: Listener
  readonly #signal: AbortSignal

  private constructor(listener: Listener, signal: AbortSignal) {
    this.#listener = listener
    this.#signal = signal
    this.url = `${listener.url}/signaling`
  }

  /** It takes the callbacks of the service, and has nothing to do about them. */
  static async start(signal: AbortSignal): Promise<DemoControlPlane> {
    const listener = await listen((incoming, response) => {
      incoming.resume()
      incoming.once('end', () => response.writeHead(200).end())
    })
    return new DemoControlPlane(listener, signal)
  }

  startMessage({ agreementId, processId, consumer }: Agreement) {
    return {
      messageId: randomUUID(),
      participantId: 'compute-company',
      counterPartyId: consumer,
      dataspaceContext: 'dataspace-protocol-http:2025-1',
      processId,
      agreementId,
      datasetId: 'compute-table-summary',
      callbackAddress: this.url,
      transferType: 'HttpData-PULL',
      labels: [],
      metadata: {},
      claims: { client_id: consumer },
    }
  }

  /** Sends `message` to `dataflows/{path}` of the service. */
  send(connectorUrl: string, path: string, message: object): Promise<Answer> {
    const url = `${connectorUrl}/signaling/v1/dataflows/${path}`
    return request(this.#signal, 'POST', url, { 'x-api-key': this.key }, message)
  }

  terminate(connectorUrl: string, dataFlowId: string): Promise<Answer> {
    const message = { messageId: randomUUID(), reason: 'the contract has ended' }
    return this.send(connectorUrl, `${dataFlowId}/terminate`, message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
  }
}
