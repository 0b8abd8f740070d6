import type { TestContext } from 'node:test'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import type { Application } from '../../src/application/application.ts'
import type { SourceReader } from '../../src/application/ports/source-reader.ts'
import { createCallbackAuthenticator } from '../../src/adapters/control-plane/callback-authenticator.ts'
import { createWebhookSigner } from '../../src/adapters/secrets/webhook-signer.ts'
import { callbackReconciler } from '../../src/application/flows/reconcile-callback.ts'
import { checkReconciler } from '../../src/application/flows/reconcile-check.ts'
import { flowReconciler } from '../../src/application/flows/reconcile-flow.ts'
import { transferReconciler } from '../../src/application/intake/reconcile-transfer.ts'
import { jobReconciler } from '../../src/application/jobs/reconcile-job.ts'
import type { OpeningMessage } from '../../src/application/flows/opening-message.ts'
import { deliveryReconciler } from '../../src/application/telling/reconcile-delivery.ts'
import { workspaceReconciler } from '../../src/application/workspaces/reconcile-workspace.ts'
import type { Reconciler } from '../../src/application/reconciler.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import type { ControlPlane } from '../../src/domain/control-plane.ts'
import type { Workspace } from '../../src/domain/workspace.ts'
import { runPasses, type Clock, type MortalProcess } from './crashing.ts'
import { openControlPlane, openingMessage, operatedApplication } from './operated-application.ts'
import { crashCompute, type CrashCompute } from './crashing-compute.ts'
import type { startStore } from './store-fixture.ts'

export type StoreFixture = Awaited<ReturnType<typeof startStore>>

export interface Sent {
  readonly url: string
  readonly id: string
  readonly body: string
}

/** One life of the product over a real database and store, with the far side in memory. */
export interface CrashWorld {
  readonly app: Application
  readonly clock: Clock
  readonly compute: CrashCompute
  /** What others were sent, in order. */
  readonly sent: Sent[]
  readonly controlPlane: ControlPlane
  /** What the management API knows of every process; null: none of them. Asked once the control plane has one. */
  readonly known: { state: string | null }
  /** Runs passes of one process until `ended`. */
  run(mortal: MortalProcess, ended: () => Promise<boolean>): Promise<void>
  open(changes?: Partial<OpeningMessage>): Promise<Workspace>
}

export const reconcilersOf = (app: Application): readonly Reconciler[] => [
  workspaceReconciler(app),
  flowReconciler(app),
  transferReconciler(app),
  jobReconciler(app),
  deliveryReconciler(app, { signer: createWebhookSigner() }),
  callbackReconciler(app, {
    authenticator: createCallbackAuthenticator(app.secrets, app.outbound),
  }),
  checkReconciler(app),
]

const service = parseServiceContent({
  id: 'sum',
  title: 'Sum',
  datasets: ['*'],
  worker: { command: ['true'] },
  inputs: [{ name: 'in.txt', kind: 'file', mountPath: '/in' }],
  outputs: [{ name: 'out.txt', kind: 'file' }],
  outputDirectory: '/out',
})

export async function crashWorld(
  t: TestContext,
  { store, issuer }: StoreFixture,
  sources: SourceReader,
): Promise<CrashWorld> {
  const sent: Sent[] = []
  const compute = crashCompute(store)
  const outbound: Application['outbound'] = {
    checkUrl: () => undefined,
    send: ({ url, headers = {}, body = '' }) => {
      const id = headers['webhook-id'] ?? (JSON.parse(body) as { messageId?: string }).messageId
      sent.push({ url, id: id ?? '', body })
      return Promise.resolve({ status: 200, headers: {}, body: '' })
    },
  }
  const credentials: Application['credentials'] = {
    minimumSeconds: issuer.minimumSeconds,
    maximumSeconds: issuer.maximumSeconds,
    isCut: (bucket, session, signal) => issuer.isCut(bucket, session, signal),
    issue: async (bucket, purpose, seconds, signal) => {
      const session = await issuer.issue(bucket, purpose, seconds, signal)
      return { ...session, expiresAt: new Date(clock.now.getTime() + seconds * 1000) }
    },
  }
  const known: CrashWorld['known'] = { state: 'STARTED' }
  const connectors = managementOf(known, sent)
  const far = { store, credentials, compute: compute.backend, outbound, connectors }
  const { app: plain, clock } = await operatedApplication(t, far)
  const app = { ...plain, sources }
  const controlPlane = { ...openControlPlane, callbackUrl: 'http://127.0.0.1:9/signaling' }
  await insertDefinitions(app, controlPlane)
  return {
    app,
    clock,
    compute,
    sent,
    controlPlane,
    known,
    run: (mortal, ended) => runPasses(mortal, reconcilersOf(mortal.app), clock, ended),
    open: async (changes) => {
      const message = openingMessage(changes)
      await startDataFlow(app, controlPlane, message)
      const { agreementId } = message
      const found = await app.database.read.workspaces.first({ agreementId })
      if (found === undefined) throw new Error('no workspace')
      return found
    },
  }
}

/** A connector whose agreements have no end, and that takes every termination. */
function managementOf(known: CrashWorld['known'], sent: Sent[]): Application['connectors'] {
  const ids = { consumerId: 'did:web:consumer', providerId: 'provider', assetId: 'sum' }
  return {
    transferProcess: (_plane, id) =>
      Promise.resolve(
        known.state === null
          ? { kind: 'absent' }
          : {
              kind: 'found',
              value: { id, state: known.state, agreementId: null, errorDetail: null },
            },
      ),
    agreement: (_plane, id) =>
      Promise.resolve({ kind: 'found', value: { id, ...ids, endsAt: null } }),
    terminate: (_plane, id, reason) => {
      sent.push({ url: 'terminate', id: `terminate ${id}`, body: reason })
      return Promise.resolve({ kind: 'found', value: null })
    },
  }
}

async function insertDefinitions(app: Application, controlPlane: ControlPlane): Promise<void> {
  const now = app.now()
  const times = { createdAt: now, updatedAt: now }
  await app.database.transaction(async (tx) => {
    await tx.controlPlanes.insert(controlPlane)
    await tx.services.insert({
      ...{ id: service.id, version: 1, paused: false, retiredAt: null, managedBy: 'api' },
      ...times,
    })
    await tx.serviceVersions.insert({
      ...{ serviceId: service.id, version: 1, content: service.content, contentSha256: 'x' },
      createdAt: now,
      retiredAt: null,
    })
  })
}
