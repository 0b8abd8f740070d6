import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import {
  notFound,
  takeControlPlaneCallback,
  takeDataPlaneCallback,
  unauthenticated,
  type CallbackReply,
} from './provisioner-callbacks.ts'
import {
  fixtures,
  newTransfer,
  requestOf,
  type DoubledTransfer,
  type TransferOptions,
} from './provisioner-transfer.ts'

export interface Call {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** What is answered instead: a status, nothing at all, or a broken connection; `late` takes effect, then breaks. */
export type Disturbance = number | 'reset' | 'late' | null

/**
 * A connector with an HTTP provisioner of either generation that behaves as EDC was seen to: it stands still until it is
 * answered, repeats what failed, loses callbacks that come too early, starts twice for one too many, reads the content
 * address and writes it to a sink, and asks for deprovisioning at once.
 */
export interface ProvisionerConnector extends AsyncDisposable {
  readonly managementUrl: string
  /** `callbackAddress` of each generation. */
  readonly callbackAddress: Readonly<Record<DoubledTransfer['generation'], string>>
  readonly key: string
  readonly transfers: Map<string, DoubledTransfer>
  readonly agreements: Map<string, { consumerId: string; assetId: string; policy: unknown }>
  readonly calls: Call[]
  /** Disturbs answers to our callbacks, or to our questions and terminations. */
  callback: Disturbance
  management: Disturbance
  /** Holds back the storing of our answers. */
  holdsBack: boolean
  /** Whether a transfer goes on to its end by itself: content read, written, deprovisioned. */
  runs: boolean
  /** The URL that is configured for provisioning; set before transfers start. */
  endpoint: string
  /** A transfer with its agreement; resolves when our answer to the provision request is in. */
  start(options?: TransferOptions): Promise<DoubledTransfer>
  /** One more request for a transfer: the status. */
  send(
    transfer: DoubledTransfer,
    type: 'provision' | 'deprovision',
    options?: TransferOptions,
  ): Promise<number>
  /** What was held back is stored. */
  store(): void
  /** Starts what was provisioned: reads, writes, completes. */
  run(transfer: DoubledTransfer): Promise<void>
  /** Forgets everything, as with stores in memory. */
  restart(): void
  callbacks(transfer: DoubledTransfer): readonly Call[]
  asked(path: string): readonly Call[]
}

const mostRepeats = 8
/** EDC repeats what finds nobody, with pauses that grow from half a second: so long a service may be away. */
const patienceMs = 15_000
const repeatMs = 50

export async function startProvisionerConnector(): Promise<ProvisionerConnector> {
  const server = createServer((request, response) => {
    serve(connector, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connector: ProvisionerConnector = {
    managementUrl: `${base}/api/management/v3`,
    callbackAddress: {
      'control-plane': `${base}/api/management/callback`,
      'data-plane': `${base}/provisioning`,
    },
    key: 'canary-management-key',
    transfers: new Map(),
    agreements: new Map(),
    calls: [],
    callback: null,
    management: null,
    holdsBack: false,
    runs: true,
    endpoint: '',
    start: (options) => start(connector, options),
    send: (transfer, type, options) => send(connector, transfer, type, options),
    store: () => {
      for (const transfer of connector.transfers.values()) store(transfer)
    },
    run: (transfer) => run(connector, transfer),
    restart: () => {
      connector.transfers.clear()
      connector.agreements.clear()
    },
    callbacks: ({ id }) =>
      connector.calls.filter(({ path }) => new RegExp(`/${id}/.*provision$`).test(path)),
    asked: (path) => connector.calls.filter((call) => call.path.includes(path)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return connector
}

async function start(
  connector: ProvisionerConnector,
  options: TransferOptions = {},
): Promise<DoubledTransfer> {
  const transfer = newTransfer(options)
  connector.transfers.set(transfer.id, transfer)
  if (!connector.agreements.has(transfer.agreementId)) {
    const made = { consumerId: 'consumer', assetId: 'asset-of-the-agreement', policy: null }
    connector.agreements.set(transfer.agreementId, made)
  }
  for (let round = 0; round < mostRepeats; round++) {
    const status = await send(connector, transfer, 'provision', options)
    if (status >= 200 && status < 300) {
      if (!connector.holdsBack) store(transfer)
      return transfer
    }
    const isRepeated =
      transfer.generation === 'data-plane' || status === 0 || (status >= 500 && status <= 504)
    if (isRepeated) continue
    transfer.state = 'DEPROVISIONED'
    transfer.errorDetail = `received fatal error code: ${status}`
    return transfer
  }
  return transfer
}

async function send(
  connector: ProvisionerConnector,
  transfer: DoubledTransfer,
  type: 'provision' | 'deprovision',
  options?: TransferOptions,
): Promise<number> {
  const address = connector.callbackAddress[transfer.generation]
  const body = JSON.stringify(requestOf(transfer, type, address, options))
  const { headers } = fixtures[transfer.generation]
  const answers = type === 'provision' ? transfer.provisionAnswers : transfer.deprovisionAnswers
  let status = 0
  try {
    const response = await fetch(connector.endpoint, { method: 'POST', headers, body })
    await response.arrayBuffer()
    status = response.status
  } catch {
    // No answer.
  }
  answers.push(status)
  return status
}

/** Our answer takes its place: a callback that came before is overwritten by what the state machine held. */
function store(transfer: DoubledTransfer): void {
  if (transfer.stored) return
  transfer.stored = true
  if (transfer.generation === 'data-plane') return
  if (transfer.state === 'PROVISIONING') transfer.state = 'PROVISIONING_REQUESTED'
  if (transfer.overwritten) {
    transfer.state = 'TERMINATED'
    transfer.errorDetail = 'No dataplane found'
  }
}

const baseUrl = 'https://w3id.org/edc/v0.0.1/ns/baseUrl'

async function run(connector: ProvisionerConnector, transfer: DoubledTransfer): Promise<void> {
  const [address = {}] = transfer.addresses
  transfer.state = 'STARTING'
  await delay(5)
  transfer.state = 'STARTED'
  // The plain key is not found.
  const url = address[baseUrl]
  const read = url === undefined ? null : await readContent(connector, url, header(address))
  if (read?.status !== 200) {
    transfer.state = 'TERMINATED'
    transfer.errorDetail = `Received code transferring HTTP data: ${read?.status ?? 'no baseUrl'}`
    await read?.arrayBuffer()
  } else {
    transfer.written.push((await read.json()) as Record<string, unknown>)
    transfer.state = 'COMPLETED'
  }
  if (!connector.runs) return
  for (let once = 0; once < transfer.taken; once++) {
    await untilAnswered(async () => (await send(connector, transfer, 'deprovision')) || undefined)
    transfer.state = 'DEPROVISIONED'
  }
}

/** In the field a service has its address again after a restart; that of a test has another port. */
const readContent = (
  connector: ProvisionerConnector,
  address: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> =>
  untilAnswered(() => {
    const url = new URL(address)
    url.port = new URL(connector.endpoint).port
    return fetch(url, { headers }).catch(() => undefined)
  })

async function untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error('the service did not answer')
    await delay(repeatMs)
  }
}

const header = ({ authKey, authCode }: Readonly<Record<string, string>>) =>
  authKey === undefined || authCode === undefined ? {} : { [authKey]: authCode }

async function serve(
  connector: ProvisionerConnector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? ''
  const given = await text(request)
  const body: unknown = given === '' ? null : JSON.parse(given)
  const { method = '', headers } = request
  connector.calls.push({ at: performance.now(), method, path, headers, body })
  const isCallback = /^\/(?:api\/management\/callback|provisioning)\//.test(path)
  const disturbance = isCallback ? connector.callback : connector.management
  if (disturbance === 'reset') return void response.socket?.destroy()
  if (typeof disturbance === 'number') return void response.writeHead(disturbance).end()
  const reply = isCallback
    ? takeCallback(connector, path, body, headers)
    : answerManagement(connector, path, headers)
  if (disturbance === 'late') return void response.socket?.destroy()
  response
    .writeHead(reply.status, { 'content-type': 'application/json' })
    .end(reply.document === undefined ? undefined : JSON.stringify(reply.document))
}

function takeCallback(
  connector: ProvisionerConnector,
  path: string,
  body: unknown,
  headers: IncomingMessage['headers'],
): CallbackReply {
  const parts = path.split('/').map(decodeURIComponent)
  if (parts[1] === 'provisioning') {
    const [, , flowId = '', resourceId = '', verb] = parts
    const transfer = connector.transfers.get(flowId)
    if (transfer === undefined) return notFound
    if (verb === 'deprovision') {
      transfer.deprovisioned += 1
      return { status: 204 }
    }
    const reply = takeDataPlaneCallback(transfer, resourceId, body)
    if (transfer.taken === 1) goOn(connector, transfer)
    return reply
  }
  const [, , , , processId = ''] = parts
  const transfer = connector.transfers.get(processId)
  if (headers['x-api-key'] !== connector.key) return unauthenticated
  if (transfer === undefined) return notFound
  const reply = takeControlPlaneCallback(transfer, body)
  if (transfer.taken === 1) goOn(connector, transfer)
  return reply
}

function goOn(connector: ProvisionerConnector, transfer: DoubledTransfer): void {
  if (!connector.runs) return
  delay(10)
    .then(() => run(connector, transfer))
    .catch((error: unknown) => {
      transfer.errorDetail = String(error)
    })
}

const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }

function answerManagement(
  connector: ProvisionerConnector,
  path: string,
  headers: IncomingMessage['headers'],
): CallbackReply {
  if (headers['x-api-key'] !== connector.key) return unauthenticated
  const [, , , , kind, id = '', verb] = path.split('/').map(decodeURIComponent)
  if (kind === 'contractagreements') {
    const agreement = connector.agreements.get(id)
    if (agreement === undefined) return notFound
    const document = { '@id': id, '@type': 'ContractAgreement', providerId: 'provider' }
    const times = { contractSigningDate: 1_795_000_000, agreementId: `shared-${id}` }
    return { status: 200, document: { ...document, ...times, ...agreement, '@context': context } }
  }
  const transfer = connector.transfers.get(id)
  if (kind !== 'transferprocesses' || transfer === undefined) return notFound
  if (verb === 'terminate') {
    if (/^(?:TERMINATED|COMPLETED|DEPROVISION)/.test(transfer.state))
      return { status: 409, document: [{ type: 'ObjectConflict', message: transfer.state }] }
    // What is held by the state machine overwrites it.
    if (transfer.generation === 'data-plane' || transfer.stored) transfer.state = 'TERMINATED'
    return { status: 204 }
  }
  const { state, errorDetail, agreementId: contractId } = transfer
  const document = { '@id': id, '@type': 'TransferProcess', type: 'PROVIDER', correlationId: 'c' }
  const rest = { contractId, ...(errorDetail === null ? {} : { errorDetail }) }
  return { status: 200, document: { ...document, state, ...rest, '@context': context } }
}
