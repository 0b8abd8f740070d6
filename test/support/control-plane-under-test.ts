import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedCallback {
  readonly at: number
  readonly path: string
  readonly body: unknown
  readonly headers: IncomingMessage['headers']
}

/** What a callback is answered with: a status, a whole answer, nothing at all, or a broken connection. */
export type CallbackAnswer =
  | number
  | 'silence'
  | 'reset'
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }

/** The far side: a control plane that takes callbacks, and sends messages in either wire shape. */
export interface ControlPlaneUnderTest extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly callbacks: ReceivedCallback[]
  /** Answer of the next callbacks; 200 unless set. */
  answer: (callback: ReceivedCallback) => CallbackAnswer
  /** The callbacks for one process, as `started`, `completed` …, in the order that they came. */
  kindsOf(processId: string): string[]
}

/** Listens on a free port, or on the one where another one was before. */
export async function startControlPlane(port = 0): Promise<ControlPlaneUnderTest> {
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
      respond(response, plane.answer(callback))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  const plane: ControlPlaneUnderTest = {
    url: `http://127.0.0.1:${bound}/signaling`,
    port: bound,
    callbacks,
    answer: () => 200,
    kindsOf: (processId) => {
      const start = `/signaling/transfers/${encodeURIComponent(processId)}/dataflow/`
      const mine = callbacks.filter(({ path }) => path.startsWith(start))
      return mine.map(({ path }) => path.slice(start.length))
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return plane
}

function respond(response: ServerResponse, answer: CallbackAnswer): void {
  if (answer === 'silence') return
  if (answer === 'reset') {
    response.socket?.destroy()
    return
  }
  if (typeof answer === 'number') response.writeHead(answer).end()
  else response.writeHead(answer.status, answer.headers).end(answer.body)
}

/** The definition of a control plane with `inbound: none`, as an operator has it in a file. */
export function controlPlaneFile(
  id: string,
  { url }: Pick<ControlPlaneUnderTest, 'url'>,
  more: Readonly<Record<string, unknown>> = {},
) {
  const callbacks = { url, type: 'none' }
  return { id, protocol: 'dps', inbound: { type: 'none' }, callbacks, ...more }
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
    readonly messageId?: string
    readonly code?: string
    readonly detail?: string
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
  body?: unknown,
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
