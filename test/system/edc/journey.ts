import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ServiceOnDisk, type ServiceProcess } from '../../support/fault-process.ts'
import { nodeService, tableSummary } from '../../support/services.ts'
import { until } from '../../support/until.ts'
import { startWay, type Way } from '../../support/way.ts'
import { beginTransfer, type BegunTransfer } from '../../../demo/connectors/begin-transfer.ts'
import { Connector } from '../../../demo/connectors/connector.ts'
import { startConsumerBackend, type Access, type ConsumerBackend } from './consumer-backend.ts'
import {
  olderControlPlane,
  publishCompute,
  transferRequest,
} from '../../../demo/connectors/examples.ts'

export const compute = new Connector('compute')
export const consumer = new Connector('consumer')
export const data = new Connector('data')

/** Without a hyphen: EDC reads the direction of a transfer type after the first one. */
export const freshId = (what: string) => `${what}${randomUUID().slice(0, 8)}`

/** A compute transfer that runs, by all its names. */
export interface Opened extends BegunTransfer, Access {
  /** The id that the consumer's connector has given it. */
  readonly agreementId: string
}

export interface JourneySetup {
  readonly variables?: Readonly<Record<string, string>>
  readonly controlPlane?: Readonly<Record<string, unknown>>
  readonly otherControlPlanes?: Readonly<Record<string, unknown>>
}

/** The product as a process of its own, as the data plane of the compute connector, and the consumer's program. */
export interface Journey extends AsyncDisposable {
  readonly disk: ServiceOnDisk
  readonly backend: ConsumerBackend
  /** From the connector to us: signaling. */
  readonly signaling: Way
  /** From us to the connector: its control and its management API. */
  readonly callbacks: Way
  readonly management: Way
  /** What the connector has of us, with the path secret: messages of its own and forged ones come there. */
  readonly dataPlaneUrl: string
  service(): ServiceProcess
  /** Ends our process without leave to tidy up. */
  kill(): Promise<void>
  /** Starts it again on its folder, and waits until the connector has found it again. */
  startAgain(): Promise<void>
  /** Waits until the compute connector uses us. */
  registered(): Promise<void>
  /** Offers the compute asset; returns its id. `endsAfterSeconds`: the contract ends so long after it is signed. */
  offer(service?: string, endsAfterSeconds?: number): Promise<string>
  /** The consumer's connector agrees on an asset; the consumer's id of the agreement. */
  agree(assetId: string): Promise<string>
  /** A transfer of the agreement, from the request to the address at the consumer. */
  open(agreementId: string): Promise<Opened>
  /** Offers, agrees and opens. */
  openNew(service?: string, endsAfterSeconds?: number): Promise<Opened>
  manage<T>(path: string, method?: string): Promise<T>
  workspaceState(id: string): Promise<string>
}

export async function startJourney(setup: JourneySetup = {}): Promise<Journey> {
  const secret = randomUUID()
  const port = String(await freePort())
  const signaling = await startWay()
  const callbacks = await startWay(new URL(compute.controlUrl).origin)
  const management = await startWay(new URL(compute.managementUrl).origin)
  const backend = await startConsumerBackend()
  const controlPlane = { ...setup.controlPlane }
  const disk = new ServiceOnDisk({
    services: {
      'table.service.yaml': { ...tableSummary, datasets: ['none'] },
      'endless.service.yaml': nodeService('endless', 'setInterval(() => {}, 1000)', {
        datasets: ['none'],
      }),
    },
    controlPlanes: { 'edc.control-plane.yaml': controlPlane, ...setup.otherControlPlanes },
    variables: { DSC_CONNECTOR_URL: signaling.url, DSC_LOG_LEVEL: 'warn', ...setup.variables },
  })
  const file = (name: string, content: string) => {
    const secrets = join(disk.directory, 'secrets')
    mkdirSync(secrets, { recursive: true, mode: 0o700 })
    writeFileSync(join(secrets, name), content, { mode: 0o600 })
    return join(secrets, name)
  }
  const example = olderControlPlane({
    secretFile: file('edc-inbound', secret),
    controlUrl: `${callbacks.url}${new URL(compute.controlUrl).pathname}`,
    managementUrl: `${management.url}${new URL(compute.managementUrl).pathname}/v3`,
    keyFile: file('edc-management', compute.key),
  })
  Object.assign(controlPlane, { ...example, ...setup.controlPlane })
  const url = `${signaling.url}/k/${secret}/edc/v1/dataflows`
  const listed = () =>
    until('our registration', async () => {
      const found = (await compute.dataPlanes.list()).find((one) => one.url === url)
      return found !== undefined && { id: found['@id'] }
    })
  let running: ServiceProcess | undefined
  const start = async () => {
    running = await disk.start({ DSC_CONNECTOR_PORT: port })
    signaling.leadTo(`http://127.0.0.1:${port}`)
  }
  const journey: Journey = {
    disk,
    backend,
    signaling,
    callbacks,
    management,
    dataPlaneUrl: url,
    service: () => running ?? fail('the service does not run'),
    kill: async () => {
      await running?.kill()
      running = undefined
      signaling.leadTo(undefined)
    },
    startAgain: async () => {
      await start()
      await journey.registered()
    },
    registered: async () => {
      await compute.dataPlanes.available((await listed()).id)
    },
    offer: async (service = 'table-summary', endsAfterSeconds) => {
      const id = freshId('compute')
      await publishCompute(compute.management, id, service, endsAfterSeconds)
      return id
    },
    agree: async (assetId) => (await consumer.contracts.negotiate(compute, assetId)).agreementId,
    open: async (agreementId) => {
      const providerUrl = compute.protocolUrl
      const document = transferRequest({ providerUrl, agreementId, callbackUrl: backend.url })
      const transferType = 'HttpData-PULL'
      const begun = await beginTransfer(consumer, compute, { agreementId, transferType, document })
      return { agreementId, ...begun, ...(await backend.access(begun.consumerId)) }
    },
    openNew: async (service, endsAfterSeconds) =>
      journey.open(await journey.agree(await journey.offer(service, endsAfterSeconds))),
    manage: async <T>(path: string, method = 'GET') => {
      const { managementUrl, managementKeyFile } = journey.service().urls
      const response = await fetch(`${managementUrl}/v1/${path}`, {
        method,
        headers: { 'x-api-key': readFileSync(managementKeyFile, 'utf8').trim() },
        signal: AbortSignal.timeout(15_000),
      })
      if (!response.ok) throw new Error(`${path} answers ${response.status}`)
      return (await response.json()) as T
    },
    workspaceState: async (id) =>
      (await journey.manage<{ readonly state: string }>(`workspaces/${id}`)).state,
    [Symbol.asyncDispose]: async () => {
      await compute.dataPlanes.forget(url)
      await disk[Symbol.asyncDispose]()
      for (const one of [signaling, callbacks, management, backend])
        await one[Symbol.asyncDispose]()
    },
  }
  try {
    await start()
    await journey.registered()
    return journey
  } catch (error) {
    await journey[Symbol.asyncDispose]()
    throw error
  }
}

/** One that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function fail(message: string): never {
  throw new Error(message)
}
