import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import { startProvisionerConnector, type ProvisionerConnector } from './provisioner-connector.ts'
import type { DoubledTransfer } from './provisioner-transfer.ts'
import {
  newDirectory,
  startUnderTest,
  type ServiceUnderTest,
  type Setup,
} from './service-under-test.ts'
import { nodeService } from './services.ts'

type Reads = ServiceUnderTest['service']['app']['database']['read']
export type RequestRow = NonNullable<Awaited<ReturnType<Reads['provisionRequests']['get']>>>

/** The service with the provisioners of two connectors, and a clock that is put forward. */
export interface ProvisionerWorld extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly one: ProvisionerConnector
  readonly two: ProvisionerConnector
  advance(seconds: number): void
  /** Puts the clock forward, second by second, until `find` is true; all due work is done before each look. */
  pass(what: string, find: () => boolean | Promise<boolean>, seconds?: number): Promise<void>
  /** Puts the clock forward with all work done in each second. */
  live(seconds: number): Promise<void>
  restart(): Promise<void>
  row(transfer: DoubledTransfer): Promise<RequestRow | undefined>
  becomes(transfer: DoubledTransfer, state: string, seconds?: number): Promise<void>
  flowOf(transfer: DoubledTransfer): ReturnType<Reads['flows']['first']>
  workspaceOf(transfer: DoubledTransfer): ReturnType<Reads['workspaces']['get']>
  /** A consumer with what was written to its sink. */
  consumer(document: Readonly<Record<string, unknown>>): ConsumerClient
}

const secrets = { one: 'secret-of-provisioner-one', two: 'secret-of-provisioner-two' }

export interface ProvisionerSetup {
  readonly variables?: Readonly<Record<string, string>>
  readonly services?: Readonly<Record<string, unknown>>
  /** Changes of the control plane's file. */
  readonly plane?: Readonly<Record<string, unknown>>
}

export async function startProvisioner(setup: ProvisionerSetup = {}): Promise<ProvisionerWorld> {
  const connectors = {
    one: await startProvisionerConnector(),
    two: await startProvisionerConnector(),
  }
  const directory = newDirectory()
  let ahead = 0
  const file = (id: 'one' | 'two') => ({
    id,
    protocol: 'provisioner',
    participantContextId: `context-${id}`,
    inbound: { type: 'path-secret', secret: secrets[id] },
    management: { url: connectors[id].managementUrl, key: connectors[id].key },
    callbacks: { url: connectors[id].callbackAddress['data-plane'], type: 'none' },
    ...setup.plane,
  })
  const options: Setup = {
    services: setup.services ?? { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: { 'one.control-plane.yaml': file('one'), 'two.control-plane.yaml': file('two') },
    variables: setup.variables ?? {},
    overrides: { now: () => new Date(Date.now() + ahead * 1000) },
    directory,
  }
  const running = { under: await startUnderTest(options) }
  const configure = () => {
    for (const id of ['one', 'two'] as const) {
      const base = `${running.under.connectorUrl}/k/${secrets[id]}`
      connectors[id].endpoint = `${base}/provisioner/v1/provision`
    }
  }
  configure()
  const read = () => running.under.service.app.database.read
  const { idle } = { idle: () => running.under.service.controller.idle() }
  const world: ProvisionerWorld = {
    get under() {
      return running.under
    },
    ...connectors,
    advance: (seconds) => {
      ahead += seconds
      running.under.service.controller.wake()
    },
    pass: async (what, find, seconds = 60) => {
      for (let second = 0; second <= seconds; second++) {
        await idle()
        // What the other side does takes real time.
        for (let look = 0; look < 5; look++) {
          if (await find()) return
          await delay(5)
        }
        world.advance(1)
      }
      throw new Error(`${what}: not seen within ${seconds} s`)
    },
    live: async (seconds) => {
      for (let second = 0; second < seconds; second++) {
        world.advance(1)
        await idle()
      }
    },
    restart: async () => {
      await running.under.stop()
      running.under = await startUnderTest(options)
      configure()
    },
    row: ({ id, resourceId }) => read().provisionRequests.first({ processId: id, resourceId }),
    becomes: (transfer, state, seconds) =>
      world.pass(
        `the state ${state}`,
        async () => (await world.row(transfer))?.state === state,
        seconds,
      ),
    flowOf: ({ id }) => read().flows.first({ processId: id }),
    workspaceOf: async (transfer) => {
      const flow = await world.flowOf(transfer)
      return flow === undefined ? undefined : read().workspaces.get({ id: flow.workspaceId })
    },
    consumer: (document) =>
      consumerClient(String(document['endpoint']), String(document['authorization'])),
    [Symbol.asyncDispose]: async () => {
      await running.under[Symbol.asyncDispose]()
      await connectors.one[Symbol.asyncDispose]()
      await connectors.two[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return world
}
