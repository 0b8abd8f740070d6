import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { startConnector, type ConnectorDouble } from './connector-double.ts'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
  type ControlPlaneUnderTest,
  type MessageOptions,
} from './control-plane-under-test.ts'
import {
  newDirectory,
  startUnderTest,
  type ServiceUnderTest,
  type Setup,
} from './service-under-test.ts'
import { nodeService } from './services.ts'
import { until } from './until.ts'

/** One control plane of the service: its callbacks, its management API, and what it sends. */
export interface CheckedPlane {
  readonly id: string
  readonly plane: ControlPlaneUnderTest
  readonly connector: ConnectorDouble
  /** `start` or `prepare` of a process that its connector knows as STARTED; its workspace is ready. */
  open(side: 'start' | 'prepare', options?: MessageOptions): Promise<CheckedFlow>
  /** Sends a later message of a process. */
  tell(processId: string, message: string): Promise<number>
}

export interface CheckedFlow {
  readonly processId: string
  readonly agreementId: string
}

/** The service with two control planes, each with a management API of its own, and a clock that is put forward. */
export interface CheckedWorld extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly one: CheckedPlane
  readonly two: CheckedPlane
  advance(seconds: number): void
  /** Stops the service and starts it again on the same data. */
  restart(): Promise<void>
  flowOf(flow: CheckedFlow): Promise<FlowRow>
  workspaceOf(flow: CheckedFlow): Promise<WorkspaceRow>
  /** Waits until the flow is in the state. */
  becomes(flow: CheckedFlow, state: string): Promise<void>
  /** Waits until the management API was asked about the process so often. */
  looked(at: CheckedPlane, flow: CheckedFlow, times: number): Promise<void>
  /** Nothing is due and nothing runs. */
  idle(): Promise<void>
}

type Reads = ServiceUnderTest['service']['app']['database']['read']
export type FlowRow = NonNullable<Awaited<ReturnType<Reads['flows']['get']>>>
export type WorkspaceRow = NonNullable<Awaited<ReturnType<Reads['workspaces']['get']>>>

export interface CheckedSetup {
  readonly variables?: Readonly<Record<string, string>>
  /** Whether the second control plane has a management API too. */
  readonly managed?: boolean
}

const secrets = { one: 'secret-of-control-plane-one', two: 'secret-of-control-plane-two' }

export async function startChecked(setup: CheckedSetup = {}): Promise<CheckedWorld> {
  const planes = { one: await startControlPlane(), two: await startControlPlane() }
  const connectors = { one: await startConnector(), two: await startConnector() }
  const directory = newDirectory()
  let ahead = 0
  const file = (id: 'one' | 'two') => {
    const { managementUrl: url, key } = connectors[id]
    const managed = id === 'one' || setup.managed !== false
    return controlPlaneFile(id, planes[id], {
      inbound: { type: 'path-secret', secret: secrets[id] },
      participantContextId: 'provider',
      ...(managed ? { management: { url, key } } : {}),
    })
  }
  const options: Setup = {
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: { 'one.control-plane.yaml': file('one'), 'two.control-plane.yaml': file('two') },
    variables: { DSC_RECHECK_SECONDS: '600', ...setup.variables },
    overrides: { now: () => new Date(Date.now() + ahead * 1000) },
    directory,
  }
  const running = { under: await startUnderTest(options) }
  const read = () => running.under.service.app.database.read
  const flowOf = async ({ processId }: CheckedFlow) =>
    (await read().flows.first({ processId })) ?? assert.fail('no flow')
  const workspaceOf = async (flow: CheckedFlow) => {
    const { workspaceId } = await flowOf(flow)
    return (await read().workspaces.get({ id: workspaceId })) ?? assert.fail('no workspace')
  }
  const connected = (id: 'one' | 'two'): CheckedPlane => {
    const base = () => `${running.under.connectorUrl}/k/${secrets[id]}`
    return {
      id,
      plane: planes[id],
      connector: connectors[id],
      open: async (side, message) => {
        const body = openingBody(message)
        const { processId, agreementId } = body
        connectors[id].processes.set(processId, { state: 'STARTED', contractId: agreementId })
        const answer = await signal(base(), side, body)
        assert.equal(answer.status, 200, JSON.stringify(answer.body))
        const flow = { processId, agreementId }
        await until('a workspace', async () => (await workspaceOf(flow)).readyAt !== null)
        return flow
      },
      tell: async (processId, message) => {
        const { status } = await signal(base(), `${processId}/${message}`, {
          messageId: `${message}-${processId}`,
        })
        return status
      },
    }
  }
  return {
    get under() {
      return running.under
    },
    one: connected('one'),
    two: connected('two'),
    advance: (seconds) => {
      ahead += seconds
      running.under.service.controller.wake()
    },
    restart: async () => {
      await running.under.stop()
      running.under = await startUnderTest(options)
    },
    flowOf,
    workspaceOf,
    becomes: async (flow, state) => {
      await until(`the state ${state}`, async () => (await flowOf(flow)).state === state)
    },
    looked: async ({ connector }, { processId }, times) => {
      await until(
        `${times} looks`,
        () => connector.asked(`transferprocesses/${processId}`).length >= times,
      )
      await running.under.service.controller.idle()
    },
    idle: () => running.under.service.controller.idle(),
    [Symbol.asyncDispose]: async () => {
      await running.under[Symbol.asyncDispose]()
      for (const far of [...Object.values(planes), ...Object.values(connectors)])
        await far[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
