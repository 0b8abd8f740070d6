import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A transfer process as the connector shows it. */
export interface DoubledProcess {
  state: string
  readonly contractId?: string
  errorDetail?: string
}

/** What one question to the management API was. */
export interface Question {
  readonly at: number
  readonly method: string
  /** Below the management URL: `transferprocesses/p1`. */
  readonly path: string
  readonly body: unknown
}

/** How the management API is out of order: a status without a document, a page of another server, nothing, a reset. */
export type Disorder = number | 'page' | 'silence' | 'reset' | null

/** A connector with EDC's management API: what it knows and how it answers is the test's. */
export interface ConnectorDouble extends AsyncDisposable {
  /** As an operator configures it. */
  readonly managementUrl: string
  readonly key: string
  readonly processes: Map<string, DoubledProcess>
  /** Agreements by this connector's ids: the policy, and the moment of signing in seconds. */
  readonly agreements: Map<string, { readonly policy: unknown; readonly signedAt: number }>
  readonly questions: Question[]
  disorder: Disorder
  /** Milliseconds before each answer. */
  delayMs: number
  /** The most questions about one process that were open at once. */
  mostAtOnce(): number
  /** Questions whose path begins so. */
  asked(path: string): readonly Question[]
}

const context = {
  '@vocab': 'https://w3id.org/edc/v0.0.1/ns/',
  edc: 'https://w3id.org/edc/v0.0.1/ns/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
}

/** A policy that ends the agreement, in the form that EDC 0.15.1 shows. */
export const policyUntil = (rightOperand: string) => ({
  '@type': 'odrl:Agreement',
  'odrl:permission': {
    'odrl:action': { '@id': 'odrl:use' },
    'odrl:constraint': {
      'odrl:leftOperand': { '@id': 'edc:inForceDate' },
      'odrl:operator': { '@id': 'odrl:lteq' },
      'odrl:rightOperand': rightOperand,
    },
  },
  'odrl:prohibition': [],
  'odrl:obligation': [],
})

export async function startConnector(version: 'v3' | 'v4' = 'v3'): Promise<ConnectorDouble> {
  const open = new Map<string, number>()
  let most = 0
  const base = `/management/${version}/`
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(base.length)
    const count = (open.get(path) ?? 0) + 1
    open.set(path, count)
    most = Math.max(most, count)
    response.once('close', () => open.set(path, (open.get(path) ?? 1) - 1))
    serve(connector, request, response, path).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const connector: ConnectorDouble = {
    managementUrl: `http://127.0.0.1:${port}/management/${version}`,
    key: 'canary-management-key',
    processes: new Map(),
    agreements: new Map(),
    questions: [],
    disorder: null,
    delayMs: 0,
    mostAtOnce: () => most,
    asked: (path) => connector.questions.filter((question) => question.path.startsWith(path)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return connector
}

async function serve(
  connector: ConnectorDouble,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const given = await text(request)
  const body: unknown = given === '' ? null : JSON.parse(given)
  const method = request.method ?? ''
  connector.questions.push({ at: performance.now(), method, path, body })
  if (connector.delayMs > 0)
    await new Promise((resolve) => setTimeout(resolve, connector.delayMs).unref())
  if (outOfOrder(connector, response)) return
  const reply = (status: number, document?: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(document === undefined ? undefined : JSON.stringify(document))
  const error = (status: number, type: string) =>
    reply(status, [{ message: type, type, path: null, invalidValue: null }])
  if (request.headers['x-api-key'] !== connector.key) error(401, 'AuthenticationFailed')
  else {
    const [kind, id = '', verb] = path.split('/').map(decodeURIComponent)
    const process = connector.processes.get(id)
    const agreement = connector.agreements.get(id)
    if (kind === 'contractagreements' && agreement !== undefined)
      reply(200, shownAgreement(id, agreement))
    else if (kind !== 'transferprocesses' || process === undefined) error(404, 'ObjectNotFound')
    else if (verb !== 'terminate') reply(200, shownProcess(id, process))
    else if (/^(?:TERMINATED|COMPLETED|DEPROVISION|LEASED)/.test(process.state))
      error(409, 'ObjectConflict')
    else {
      process.state = 'TERMINATED'
      reply(204)
    }
  }
}

function outOfOrder({ disorder }: ConnectorDouble, response: ServerResponse): boolean {
  if (disorder === null) return false
  if (disorder === 'reset') response.socket?.destroy()
  if (disorder === 'page')
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>')
  if (typeof disorder === 'number') response.writeHead(disorder).end()
  return true
}

const shownProcess = (id: string, { state, contractId, errorDetail }: DoubledProcess) => ({
  '@id': id,
  '@type': 'TransferProcess',
  state,
  type: 'PROVIDER',
  contractId,
  errorDetail,
  '@context': context,
})

const shownAgreement = (
  id: string,
  { policy, signedAt }: { readonly policy: unknown; readonly signedAt: number },
) => ({
  '@type': 'ContractAgreement',
  '@id': id,
  assetId: 'asset',
  agreementId: `shared-${id}`,
  policy,
  contractSigningDate: signedAt,
  consumerId: 'consumer',
  providerId: 'provider',
  '@context': context,
})
