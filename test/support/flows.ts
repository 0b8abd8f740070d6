import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { enqueueCallback } from '../../src/application/flows/enqueue-callback.ts'
import type { OpeningMessage } from '../../src/application/flows/opening-message.ts'
import { prepareDataFlow } from '../../src/application/flows/prepare-data-flow.ts'
import { receiveFlowMessage } from '../../src/application/flows/receive-flow-message.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { defaultLimits, type ComputeServiceContent } from '../../src/domain/compute-service.ts'
import type { ControlPlane } from '../../src/domain/control-plane.ts'
import type { DataFlow } from '../../src/domain/data-flow.ts'
import type { FlowCallback } from '../../src/domain/flow-callback.ts'
import { startReceiver, type Respond } from './receiver.ts'
import { startTelling, type Telling } from './telling.ts'
import { until } from './until.ts'

const service: ComputeServiceContent = {
  title: 'Any',
  description: null,
  datasets: ['*'],
  worker: { image: null, command: ['true'], args: [], env: {}, secretEnv: {}, user: 'image' },
  inputs: [],
  outputs: [],
  outputDirectory: null,
  parameters: {},
  resources: {
    cpu: null,
    memory: null,
    ephemeralStorage: null,
    sharedMemory: null,
    gpu: null,
    profile: null,
  },
  limits: defaultLimits,
  onSuspend: 'continue',
  egress: [],
}

/** A control plane whose callbacks go to `callbackUrl`, and a service for every dataset. */
export async function addControlPlane(
  { app, database, operatorOrigins }: Telling,
  callbackUrl: string,
  changes: Partial<ControlPlane> = {},
): Promise<ControlPlane> {
  operatorOrigins.add(new URL(callbackUrl).origin)
  const now = app.now()
  const times = { createdAt: now, updatedAt: now }
  const controlPlane: ControlPlane = {
    id: 'edc',
    protocol: 'dps',
    participantContextId: 'provider',
    inbound: { type: 'none' },
    callbackUrl,
    callbackAuthentication: { type: 'none' },
    managementUrl: null,
    sealedManagementKey: null,
    register: false,
    identityDid: null,
    sealedIdentityKey: null,
    startDelayMs: 0,
    registeredAt: null,
    registrationProblem: null,
    managedBy: 'api',
    ...times,
    ...changes,
  }
  await database.transaction(async (tx) => {
    await tx.controlPlanes.insert(controlPlane)
    const row = { id: 'any', version: 1, paused: false, retiredAt: null, managedBy: 'api' } as const
    await tx.services.insertIfAbsent({ ...row, ...times })
    await tx.serviceVersions.insertIfAbsent({
      serviceId: 'any',
      version: 1,
      content: service,
      contentSha256: '',
      createdAt: now,
      retiredAt: null,
    })
  })
  return controlPlane
}

let processes = 0

/** `start` or `prepare` of a process of its own. */
export function openingMessage(transferType: string, dataAddress: unknown = null): OpeningMessage {
  processes += 1
  return {
    messageId: `message-${processes}`,
    processId: `process ${processes}`,
    agreementId: `agreement-${processes}`,
    datasetId: 'dataset',
    participantId: 'did:web:provider.example.com',
    counterPartyId: 'did:web:consumer.example.com',
    transferType,
    metadata: {},
    assetService: null,
    target: { workspace: undefined, input: undefined, pointer: '/metadata' },
    dataAddress,
    callbackAddress: null,
  }
}

interface Status {
  readonly messageId: string
  readonly dataFlowId: string
  readonly state: string
  readonly error?: string
  readonly dataAddress?: { readonly endpoint: string }
}

/** A control plane, and flows at it whose callbacks are owed by the test. */
export async function connectControlPlane(t: TestContext, respond?: Respond) {
  const telling = await startTelling(t)
  const { app, database } = telling
  const connector = await startReceiver(t, respond ?? (() => ({ status: 200 })))
  const controlPlane = await addControlPlane(telling, `${connector.url}/signaling`)
  const open = async (side: 'start' | 'prepare', transferType: string): Promise<DataFlow> => {
    const message = openingMessage(transferType)
    if (side === 'start') await startDataFlow(app, controlPlane, message)
    else await prepareDataFlow(app, controlPlane, message)
    const flow = await database.read.flows.first({ processId: message.processId })
    assert.ok(flow)
    return flow
  }
  const owe = (flow: DataFlow, callback: FlowCallback, error?: string) =>
    database.transaction((tx) =>
      enqueueCallback(app, tx, flow, callback, error === undefined ? {} : { error }),
    )
  const delivery = async (flow: DataFlow) => {
    const found = await database.read.deliveries.first({ flowId: flow.id })
    assert.ok(found)
    return found
  }
  const attempted = (flow: DataFlow, count: number) =>
    until(`${count} attempts`, async () => (await delivery(flow)).attempts === count)
  const ended = (flow: DataFlow) =>
    until('the delivery is over', async () => (await delivery(flow)).state !== 'PENDING')
  const receive = (flow: DataFlow, kind: 'started' | 'suspend' | 'terminate') =>
    receiveFlowMessage(app, controlPlane, kind, {
      processId: flow.processId,
      messageId: `${kind}-${flow.id}`,
      dataAddress: null,
    })
  const bodies = () => connector.received.map(({ body }) => JSON.parse(body) as Status)
  return {
    telling,
    connector,
    controlPlane,
    open,
    owe,
    delivery,
    attempted,
    ended,
    receive,
    bodies,
  }
}
