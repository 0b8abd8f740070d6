import { timingSafeEqual } from 'node:crypto'
import type { Application } from '../application/application.ts'
import { authenticateConsumer } from '../application/access/authenticate-consumer.ts'
import { authenticateControlPlane } from '../application/access/authenticate-control-plane.ts'
import { noteTokenUse } from '../application/access/note-token-use.ts'
import type { ConnectorPlace } from '../application/control-planes/control-plane-rules.ts'
import type { ClientProof } from '../application/access/refresh-access.ts'
import { refuseRatherThanFail } from '../application/provisioning/refuse-rather-than-fail.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Secrets } from '../config/secrets.ts'
import type { ControlPlane, SignalingProtocol } from '../domain/control-plane.ts'
import { ProblemError } from '../domain/problem.ts'
import { consumerDocument } from '../generated/consumer-document.ts'
import { edcSignalingDocument } from '../generated/edc-signaling-document.ts'
import { managementDocument } from '../generated/management-document.ts'
import { provisionerDocument } from '../generated/provisioner-document.ts'
import { signalingDocument } from '../generated/signaling-document.ts'
import { defineApi, type Api } from '../http/api.ts'
import {
  bearerToken,
  Conditional,
  type Authenticate,
  type AuthenticationRequest,
} from '../http/authentication.ts'
import { consumerHandlers } from '../http/consumer-handlers.ts'
import { createListener, type Listener } from '../http/listener.ts'
import { managementHandlers } from '../http/management-handlers.ts'
import { edcSignalingHandlers } from '../http/edc-signaling-handlers.ts'
import { provisionerHandlers } from '../http/provisioner-handlers.ts'
import { signalingHandlers } from '../http/signaling-handlers.ts'
import { createHttpLog } from '../telemetry/http-log.ts'
import { addressesOf, listenerAddress } from './addresses.ts'
import { noteServed } from './note-served.ts'
import type { PublicUrls } from './settings.ts'

export interface ListenersContext {
  readonly configuration: Configuration
  readonly secrets: Secrets
  readonly place: ConnectorPlace
  readonly proof: ClientProof
  /** Where we listen ourselves: foreign addresses never reach it. */
  readonly own: { host: string; port: number }[]
  readonly heartbeat: () => Date
  /** In Prometheus' text format. */
  readonly metricsText: () => Promise<string>
  readonly validateResponses: boolean
}

export interface Listeners {
  readonly urls: PublicUrls
  /** What answers had that their document does not know; with `validateResponses` only. */
  responseErrors(): readonly string[]
  stop(graceMs: number): Promise<void>
}

/** The three listeners, started. Ports that were left open are told by `onUrls` before the first request is answered. */
export async function startListeners(
  app: Application,
  context: ListenersContext,
  onUrls: (urls: PublicUrls) => void,
): Promise<Listeners> {
  const { configuration, own } = context
  const { consumer, connector, management } = await createListeners(app, context)
  const started: Listener[] = []
  const stop = async (graceMs: number) => {
    await Promise.all(started.map((listener) => listener.stop(graceMs)))
  }
  const start = async (listener: Listener, name: 'CONSUMER' | 'CONNECTOR' | 'MANAGEMENT') => {
    const { host, port, publicUrl } = listenerAddress(configuration, name)
    const bound = await listener.start(host, port)
    started.push(listener)
    own.push({ host, port: bound.port }, ...addressesOf(publicUrl))
    return publicUrl ?? bound.url
  }
  try {
    const urls = {
      managementUrl: await start(management, 'MANAGEMENT'),
      consumerUrl: await start(consumer, 'CONSUMER'),
      connectorUrl: await start(connector, 'CONNECTOR'),
    }
    onUrls(urls)
    const all = [consumer, connector, management]
    return {
      urls,
      stop,
      responseErrors: () => all.flatMap((listener) => [...listener.responseErrors]),
    }
  } catch (error) {
    await stop(0)
    throw error
  }
}

async function createListeners(app: Application, context: ListenersContext) {
  const { configuration, validateResponses, place } = context
  const trustProxy = trustProxyOf(configuration.text('DSC_TRUST_PROXY'))
  const common = {
    log: createHttpLog(app.log, app.metrics),
    validateResponses,
    compileAtStart: validateResponses,
    ...(trustProxy === undefined ? {} : { trustProxy }),
  }
  const consumer = await createListener({
    ...common,
    name: 'consumer',
    apis: [consumerApi(app, context)],
  })
  const connector = await createListener({
    ...common,
    name: 'connector',
    apis: connectorApis(app, place),
    pathSecrets: true,
    onExchange: noteServed(app),
  })
  const management = await createListener({
    ...common,
    name: 'management',
    apis: [managementApi(app, context)],
  })
  return { consumer, connector, management }
}

const consumerApi = (app: Application, { proof }: ListenersContext) =>
  defineApi({
    name: 'consumer',
    document: consumerDocument,
    handlers: consumerHandlers(app, proof),
    authenticate: {
      accessToken: ({ headers }) => authenticateConsumer(app, headers.authorization),
      sinkToken: ({ headers }) => sinkHolder(app, bearerToken(headers)),
    },
  })

const managementApi = (app: Application, context: ListenersContext) =>
  defineApi({
    name: 'management',
    document: managementDocument,
    handlers: managementHandlers(app, { ...context, connectorPlace: context.place }),
    authenticate: { apiKey: ({ headers }) => operator(app, context.secrets, headers['x-api-key']) },
  })

/** One for each protocol that control planes speak. */
function connectorApis(app: Application, place: ConnectorPlace): readonly [Api, ...Api[]] {
  const authenticate = (protocol: SignalingProtocol) => ({
    controlPlane: async ({ headers, pathSecret }: AuthenticationRequest) => {
      const credentials = { headers, pathSecret }
      const caller = await authenticateControlPlane(app, credentials, place, protocol)
      const { controlPlane, token } = caller
      return token === null
        ? controlPlane
        : new Conditional(controlPlane, (used) => noteTokenUse(app, controlPlane, token, used))
    },
  })
  return [
    defineApi({
      name: 'signaling',
      document: signalingDocument,
      handlers: signalingHandlers(app),
      authenticate: authenticate('dps'),
    }),
    defineApi({
      name: 'edc-signaling',
      document: edcSignalingDocument,
      handlers: edcSignalingHandlers(app),
      authenticate: authenticate('edc-signaling'),
    }),
    provisionerApi(app, authenticate('provisioner').controlPlane),
  ]
}

const provisionerApi = (app: Application, controlPlane: Authenticate<ControlPlane>) =>
  defineApi({
    name: 'provisioner',
    document: provisionerDocument,
    handlers: provisionerHandlers(app),
    authenticate: {
      controlPlane: async (request) => {
        const caller = await refuseRatherThanFail(app, () => controlPlane(request))
        if (!(caller instanceof Conditional)) return caller
        const { principal, confirm } = caller
        return new Conditional(principal, (used) => refuseRatherThanFail(app, () => confirm(used)))
      },
      contentToken: ({ headers }) => contentReader(app, bearerToken(headers)),
    },
  })

function trustProxyOf(value: string | undefined): boolean | number | string | undefined {
  if (value === 'true' || value === 'false') return value === 'true'
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value
}

function sinkHolder(app: Application, token: string | undefined) {
  const claims = token === undefined ? undefined : app.tokens.verify('sink', token)
  return Promise.resolve(
    claims === undefined
      ? new ProblemError('unauthenticated', 'The token opens no sink.')
      : { transferId: claims.id },
  )
}

function contentReader(app: Application, token: string | undefined) {
  const claims = token === undefined ? undefined : app.tokens.verify('content', token)
  return Promise.resolve(
    claims === undefined
      ? new ProblemError('unauthenticated', 'The token opens no document.')
      : { flowId: claims.id },
  )
}

/** Compared as digests, so that neither length nor content shows in the time it takes. */
function operator(app: Application, secrets: Secrets, key: string | string[] | undefined) {
  const given = typeof key === 'string' ? app.sha256Hex(key) : ''
  const expected = app.sha256Hex(secrets.managementKey)
  return Promise.resolve(
    timingSafeEqual(Buffer.from(given.padEnd(64, '0'), 'hex'), Buffer.from(expected, 'hex')) &&
      given !== ''
      ? ({ operator: true } as const)
      : new ProblemError('unauthenticated', 'The management key is needed in X-Api-Key.'),
  )
}
