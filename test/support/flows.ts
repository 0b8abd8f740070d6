import type { ControlPlane } from '../../src/domain/control-plane.ts'
import { defaultLimits, type ComputeServiceContent } from '../../src/domain/compute-service.ts'
import type { OpeningMessage } from '../../src/application/opening-message.ts'
import type { Telling } from './telling.ts'

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
    counterPartyId: 'did:web:consumer.example.com',
    transferType,
    metadata: {},
    dataAddress,
    callbackAddress: null,
  }
}
