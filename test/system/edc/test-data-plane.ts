import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { edc } from '../../../demo/connectors/management.ts'

/** A message of a control plane to the data plane of a test. */
export interface FlowMessage {
  readonly operation: 'prepare' | 'start' | 'suspend' | 'terminate'
  readonly processId: string
  /** Where this flow's callbacks go; with `prepare` and `start` only. */
  readonly callbackAddress?: string
}

/** The address that a pull is answered with; names of EDC without their namespace, others as they are. */
export type PulledFrom = (message: FlowMessage) => Readonly<Record<string, string>>

/**
 * The data plane of a third party: it speaks EDC's older signaling, answers each start with the address that the test
 * makes up, and moves no byte itself.
 */
export class TestDataPlane implements AsyncDisposable {
  readonly messages: FlowMessage[] = []
  /** To register. */
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dataflows`
  }

  static async start(pulledFrom: PulledFrom): Promise<TestDataPlane> {
    const server = createServer((request, response) => {
      text(request)
        .then((body) => {
          const message = plane.#take(request.url ?? '', body)
          const answered = message?.operation === 'start'
          response.writeHead(answered ? 200 : 204, { 'content-type': 'application/json' })
          response.end(answered ? JSON.stringify(startAnswer(pulledFrom(message))) : undefined)
        })
        .catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const plane = new TestDataPlane(server)
    return plane
  }

  /** What came for one transfer, in its order. */
  operationsOf(processId: string): readonly FlowMessage['operation'][] {
    return this.messages
      .filter((message) => message.processId === processId)
      .map(({ operation }) => operation)
  }

  /** Tells the connector that all data have been moved, or why they could not be. */
  async callBack(processId: string, end: 'complete' | { readonly fail: string }): Promise<void> {
    const started = this.messages.findLast((message) => message.processId === processId)
    const base = `${started?.callbackAddress ?? ''}/transferprocess/${processId}`
    const failed = end !== 'complete'
    const response = await fetch(`${base}/${failed ? 'fail' : 'complete'}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: failed ? JSON.stringify({ errorMessage: end.fail }) : '{}',
      signal: AbortSignal.timeout(15_000),
    })
    if (!response.ok) throw new Error(`the callback of ${processId} got ${response.status}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(path: string, body: string): FlowMessage | undefined {
    const [, first = '', second] = /^\/dataflows\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
    if (first === 'check') return undefined
    const given = (body === '' ? {} : JSON.parse(body)) as Partial<FlowMessage>
    const message = {
      ...given,
      operation: (second ?? first) as FlowMessage['operation'],
      processId: second === undefined ? (given.processId ?? '') : first,
    }
    this.messages.push(message)
    return message
  }
}

const startAnswer = (address: Readonly<Record<string, string>>) => ({
  '@context': { '@vocab': edc, dspace: 'https://w3id.org/dspace/v0.8/' },
  '@type': 'DataFlowResponseMessage',
  provisioning: false,
  dataAddress: {
    '@type': 'dspace:DataAddress',
    'dspace:endpointType': 'https://w3id.org/idsa/v4.1/HTTP',
    'dspace:endpointProperties': Object.entries(address).map(([name, value]) => ({
      '@type': 'dspace:EndpointProperty',
      'dspace:name': name.includes('://') ? name : `${edc}${name}`,
      'dspace:value': value,
    })),
  },
})
