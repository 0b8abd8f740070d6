import { randomUUID } from 'node:crypto'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import { startEdcConnector, type EdcConnector } from './edc-connector.ts'
import {
  edcPrepare,
  edcProperty,
  edcSend,
  edcSignal,
  edcStart,
  type EdcAnswer,
  type EdcMessageOptions,
} from './edc-messages.ts'
import { startUnderTest, type ServiceUnderTest, type Setup } from './service-under-test.ts'
import { nodeService } from './services.ts'
import { until } from './until.ts'

export const pathSecret = 'path-secret-of-the-connector'

export interface EdcUnderTest extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly connector: EdcConnector
  /** Sends a message of the connector. */
  send(path: string, body?: unknown): Promise<EdcAnswer>
  start(options?: EdcMessageOptions): Promise<EdcAnswer>
  prepare(options?: EdcMessageOptions): Promise<EdcAnswer>
  suspend(processId: string): Promise<EdcAnswer>
  terminate(processId: string): Promise<EdcAnswer>
  /** Starts a pull and moves the connector on as EDC does: the consumer of its workspace. */
  open(options?: EdcMessageOptions): Promise<OpenedTransfer>
  /** Waits until the flow of a process is in a state. */
  becomes(processId: string, state: string): Promise<unknown>
  /** Waits until these are all the callbacks of a process, with their answers. */
  told(processId: string, callbacks: readonly string[]): Promise<unknown>
}

export interface OpenedTransfer {
  readonly processId: string
  readonly agreementId: string
  readonly workspaceId: string
  readonly answer: EdcAnswer
  readonly consumer: ConsumerClient
}

/** The definition of a control plane of the older signaling, as an operator has it in a file. */
export const edcControlPlane = (
  { url }: Pick<EdcConnector, 'url'>,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  id: 'edc',
  protocol: 'edc-signaling',
  participantContextId: 'compute',
  inbound: { type: 'path-secret', secret: pathSecret },
  callbacks: { url, type: 'none' },
  ...more,
})

/** One service beside one connector of the older signaling, with two compute services for every dataset. */
export async function startEdcSignaling(
  setup: Setup & {
    readonly controlPlane?: Readonly<Record<string, unknown>>
    readonly connector?: EdcConnector
  } = {},
): Promise<EdcUnderTest> {
  const connector = setup.connector ?? (await startEdcConnector())
  const under = await startUnderTest({
    services: {
      'any.service.yaml': nodeService('any', ''),
      'other.service.yaml': nodeService('other', '', { datasets: ['other-data'] }),
    },
    controlPlanes: { 'edc.control-plane.yaml': edcControlPlane(connector, setup.controlPlane) },
    ...setup,
  })
  const base = `${under.connectorUrl}/k/${pathSecret}/edc/v1/dataflows`
  const send = (path: string, body?: unknown) => edcSend(base, path, body)
  const { read } = under.service.app.database
  const verb = (name: 'suspend' | 'terminate') => (processId: string) =>
    send(
      `${encodeURIComponent(processId)}/${name}`,
      edcSignal(name === 'suspend' ? 'Suspend' : 'Terminate'),
    )
  return {
    under,
    connector,
    send,
    start: (options) => send('start', edcStart(options)),
    prepare: (options) => send('prepare', edcPrepare(options)),
    suspend: verb('suspend'),
    terminate: verb('terminate'),
    open: async (options = {}) => {
      const { processId = randomUUID(), agreementId = randomUUID() } = options
      connector.processes.set(processId, 'STARTING')
      const answer = await send('start', edcStart({ ...options, processId, agreementId }))
      connector.processes.set(processId, answer.status === 200 ? 'STARTED' : 'TERMINATED')
      const consumer = consumerClient(
        edcProperty(answer, 'endpoint'),
        edcProperty(answer, 'authorization'),
      )
      const workspaceId = edcProperty(answer, 'workspaceId')
      return { processId, agreementId, workspaceId, answer, consumer }
    },
    becomes: (processId, state) =>
      until(
        `the state ${state}`,
        async () => (await read.flows.first({ processId }))?.state === state,
      ),
    told: (processId, callbacks) =>
      until(
        `the callbacks ${callbacks.join(', ')}`,
        () => connector.told(processId).join() === callbacks.join(),
      ),
    [Symbol.asyncDispose]: async () => {
      await under[Symbol.asyncDispose]()
      if (setup.connector === undefined) await connector[Symbol.asyncDispose]()
    },
  }
}
