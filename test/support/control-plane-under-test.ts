import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedCallback {
  readonly at: number
  readonly path: string
  readonly body: unknown
  readonly headers: IncomingMessage['headers']
}

/** The far side: a control plane that takes callbacks, and sends messages in either wire shape. */
export interface ControlPlaneUnderTest extends AsyncDisposable {
  readonly url: string
  readonly callbacks: ReceivedCallback[]
  /** Status of the next answers; 200 unless set. */
  answer: (callback: ReceivedCallback) => number
}

export async function startControlPlane(): Promise<ControlPlaneUnderTest> {
  const callbacks: ReceivedCallback[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body: unknown = text === '' ? null : JSON.parse(text)
      const callback = {
        at: performance.now(),
        path: request.url ?? '',
        body,
        headers: request.headers,
      }
      callbacks.push(callback)
      response.writeHead(plane.answer(callback)).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const plane: ControlPlaneUnderTest = {
    url: `http://127.0.0.1:${port}/signaling`,
    callbacks,
    answer: () => 200,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return plane
}

export interface MessageOptions {
  readonly processId?: string
  readonly agreementId?: string
  readonly datasetId?: string
  readonly messageId?: string
  readonly counterPartyId?: string
  readonly transferType?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly dataAddress?: unknown
}

/** `prepare` or `start` as EDC 0.18 sends it. */
export function openingBody(options: MessageOptions = {}) {
  return {
    messageId: options.messageId ?? randomUUID(),
    participantId: 'provider',
    counterPartyId: options.counterPartyId ?? 'consumer',
    dataspaceContext: 'dataspace-protocol-http:2025-1',
    processId: options.processId ?? randomUUID(),
    agreementId: options.agreementId ?? randomUUID(),
    datasetId: options.datasetId ?? 'compute-1',
    callbackAddress: 'http://127.0.0.1:1/signaling',
    transferType: options.transferType ?? 'HttpData-PULL',
    labels: [],
    metadata: options.metadata ?? {},
    claims: { client_id: 'consumer' },
    ...(options.dataAddress === undefined ? {} : { dataAddress: options.dataAddress }),
  }
}

export interface SignalingAnswer {
  readonly status: number
  readonly body: {
    readonly state?: string
    readonly dataFlowId?: string
    readonly code?: string
    readonly dataAddress?: {
      readonly endpointType: string
      readonly endpoint: string
      readonly endpointProperties: readonly { readonly name: string; readonly value: string }[]
    }
  }
}

/** Sends one signaling message. `base` ends before `/signaling/v1`. */
export async function signal(
  base: string,
  path: string,
  body: unknown = undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<SignalingAnswer> {
  const response = await fetch(`${base}/signaling/v1/dataflows/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as SignalingAnswer['body']),
  }
}

export function property(answer: SignalingAnswer, name: string): string {
  const found = answer.body.dataAddress?.endpointProperties.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no property ${name} in ${JSON.stringify(answer)}`)
  return found.value
}
