import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a request to the control API is answered with instead of what EDC would: a status, nothing, a broken connection. */
export type Interference = number | 'silence' | 'reset' | undefined

export interface ControlRequest {
  readonly at: number
  readonly method: string
  /** Below the control API's address. */
  readonly path: string
  readonly authorization: string | undefined
  readonly body: unknown
  /** What it was answered with; 0: nothing. */
  status: number
}

export interface DataPlaneInstance {
  readonly '@id': string
  readonly url: string
  readonly allowedSourceTypes: readonly string[]
  readonly allowedTransferTypes: readonly string[]
  readonly destinationProvisionTypes: readonly string[]
  state: string
}

/** The control API of EDC 0.15.1 as it was seen to behave: transfer processes and registered data planes. */
export interface EdcConnector extends AsyncDisposable {
  /** The control API's address, without `/v1`. */
  readonly url: string
  readonly port: number
  /** EDC's state of each transfer process; the test moves them on. */
  readonly processes: Map<string, string>
  readonly dataPlanes: Map<string, DataPlaneInstance>
  readonly received: ControlRequest[]
  /** Looked at before anything takes effect. */
  interfere: (request: ControlRequest) => Interference
  /** The callbacks of a process with their answers, as `provisioned 204`, in the order that they came. */
  told(processId: string): string[]
  /** The address that the last `provisioned` callback of a process brought. */
  readonly destinations: Map<string, Readonly<Record<string, string>>>
  /** What the last `fail` callback of a process said. */
  readonly errors: Map<string, string>
}

interface Answer {
  readonly status: number
  readonly body?: unknown
}

const conflict = (command: string, id: string, state: string): Answer => ({
  status: 409,
  body: [
    {
      message: `Could not execute ${command} on TransferProcess with ID [${id}] because it's ${state}`,
      type: 'ObjectConflict',
      path: null,
      invalidValue: null,
    },
  ],
})
const missing = (kind: string, id: string): Answer => ({
  status: 404,
  body: [{ message: `Object of type ${kind} with ID=${id} was not found`, type: 'ObjectNotFound' }],
})

const over = ['COMPLETED', 'TERMINATED', 'DEPROVISIONED']

/** Listens on a free port, or on the one where another one was before. */
export async function startEdcConnector(port = 0): Promise<EdcConnector> {
  const received: ControlRequest[] = []
  const server = createServer((request, response) => {
    serve(connector, request, response).catch(() => response.destroy())
  })
  const listening = Promise.withResolvers<undefined>()
  server.listen(port, '127.0.0.1', () => listening.resolve(undefined))
  await listening.promise
  const bound = (server.address() as AddressInfo).port
  const connector: EdcConnector = {
    url: `http://127.0.0.1:${bound}/control`,
    port: bound,
    processes: new Map(),
    dataPlanes: new Map(),
    received,
    interfere: () => undefined,
    destinations: new Map(),
    errors: new Map(),
    told: (processId) => {
      const start = `/transferprocess/${encodeURIComponent(processId)}/`
      const mine = received.filter(({ path }) => path.startsWith(start))
      return mine.map(({ path, status }) => `${path.slice(start.length)} ${status}`)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return connector
}

async function serve(connector: EdcConnector, request: IncomingMessage, response: ServerResponse) {
  const body = await text(request)
  const entry: ControlRequest = {
    at: performance.now(),
    method: request.method ?? '',
    path: (request.url ?? '').replace(/^\/control/, ''),
    authorization: request.headers.authorization,
    body: body === '' ? null : JSON.parse(body),
    status: 0,
  }
  connector.received.push(entry)
  const interference = connector.interfere(entry)
  if (interference === 'silence') return
  if (interference === 'reset') {
    response.destroy()
    return
  }
  const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '')
  const answer =
    interference !== undefined
      ? { status: interference, body: '' }
      : entry.method === 'POST' && !isJson
        ? { status: 415, body: '' }
        : answerOf(connector, entry)
  entry.status = answer.status
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
}

function answerOf(connector: EdcConnector, request: ControlRequest): Answer {
  const callback = /^\/transferprocess\/([^/]+)\/(\w+)$/.exec(request.path)
  if (callback !== null && request.method === 'POST') {
    const [, id = '', name = ''] = callback
    return takeCallback(connector, decodeURIComponent(id), name, request.body)
  }
  const dataPlane = /^\/v1\/dataplanes(?:\/([^/]+))?$/.exec(request.path)
  if (dataPlane !== null) return takeRegistration(connector, request, dataPlane[1])
  return { status: 404, body: 'no such path' }
}

function takeCallback(connector: EdcConnector, id: string, name: string, body: unknown): Answer {
  const state = connector.processes.get(id)
  if (state === undefined) return missing('TransferProcess', id)
  switch (name) {
    case 'provisioned': {
      // Anywhere else EDC throws inside.
      if (state !== 'PROVISIONING_REQUESTED' && state !== 'PROVISIONED') return { status: 500 }
      const { properties } = body as { properties: Record<string, string> }
      connector.destinations.set(id, properties)
      connector.processes.set(id, 'PROVISIONED')
      return { status: 204 }
    }
    case 'complete':
      if (state !== 'STARTED') return conflict('CompleteTransferCommand', id, state)
      connector.processes.set(id, 'COMPLETED')
      return { status: 204 }
    case 'fail':
      if (over.includes(state)) return conflict('TerminateTransferCommand', id, state)
      connector.errors.set(id, (body as { errorMessage: string }).errorMessage)
      connector.processes.set(id, 'TERMINATED')
      return { status: 204 }
    default:
      return { status: 404, body: 'no such path' }
  }
}

/** A registration begins anew with each POST: the data plane is of no use until it was checked again. */
function takeRegistration(
  { dataPlanes }: EdcConnector,
  { method, body }: ControlRequest,
  id: string | undefined,
): Answer {
  if (method === 'POST' && id === undefined) {
    const given = body as Omit<DataPlaneInstance, 'state'>
    if (given.allowedSourceTypes.length === 0) return { status: 400, body: [] }
    dataPlanes.set(given['@id'], { ...given, state: 'REGISTERED' })
    return { status: 200, body: { '@type': 'IdResponse', '@id': given['@id'] } }
  }
  const known = dataPlanes.get(id ?? '')
  if (id === undefined) return { status: 200, body: [...dataPlanes.values()].map(compacted) }
  if (known === undefined) return missing('DataPlaneInstance', id)
  if (method === 'GET') return { status: 200, body: compacted(known) }
  if (method !== 'DELETE') return { status: 405 }
  dataPlanes.delete(id)
  return { status: 204 }
}

/** A list of one comes as the one alone. */
function compacted(instance: DataPlaneInstance) {
  const entries = Object.entries({ '@type': 'DataPlaneInstance', ...instance })
  return Object.fromEntries(
    entries.map(([name, value]): [string, unknown] => [
      name,
      Array.isArray(value) && value.length === 1 ? value[0] : value,
    ]),
  )
}
