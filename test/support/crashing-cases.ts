import { prepareDataFlow } from '../../src/application/flows/prepare-data-flow.ts'
import { requestTransfer } from '../../src/application/intake/request-transfer.ts'
import { submitJob } from '../../src/application/jobs/submit-job.ts'
import { createSubscription } from '../../src/application/telling/create-subscription.ts'
import type { deletionReport } from '../../src/application/workspaces/deletion-report.ts'
import { endWorkspace } from '../../src/application/workspaces/settle-workspace.ts'
import {
  resumeWorkspace,
  suspendWorkspace,
} from '../../src/application/workspaces/operate-workspace.ts'
import type { Workspace } from '../../src/domain/workspace.ts'
import { MortalProcess } from './crashing.ts'
import type { CrashWorld } from './crashing-world.ts'
import { openingMessage } from './operated-application.ts'

/** What is begun, when it has ended, and what of the end must be equal however it was reached. */
export interface CrashCase {
  readonly name: string
  readonly atLeast: number
  begin(world: CrashWorld): Promise<string>
  ended(world: CrashWorld, id: string): Promise<boolean>
  end(world: CrashWorld, id: string): Promise<unknown>
}

const never = new AbortController().signal

async function workspaceOf({ app }: CrashWorld, id: string): Promise<Workspace> {
  const found = await app.database.read.workspaces.get({ id })
  if (found === undefined) throw new Error(`no workspace ${id}`)
  return found
}

/** A workspace that has its bucket, made by a process that did not die. */
async function ready(world: CrashWorld): Promise<Workspace> {
  const { id } = await world.open()
  await world.run(new MortalProcess(world.app, null), async () => {
    const { state } = await workspaceOf(world, id)
    return state === 'READY' && (await allSent(world))
  })
  world.sent.length = 0
  return workspaceOf(world, id)
}

const allSent = async ({ app }: CrashWorld) =>
  (await app.database.read.deliveries.count({ state: 'PENDING' })) === 0

/** Everything that is to be seen of a workspace from inside and outside. */
async function shown(world: CrashWorld, id: string) {
  const { app, compute, sent } = world
  const { read } = app.database
  const workspace = await workspaceOf(world, id)
  const where = { workspaceId: id }
  const events = await read.events.list({ where, orderBy: 'sequence' })
  const content = await contentOf(app, workspace.bucket)
  const jobs = await read.jobs.list({ where })
  const named = (text: string) =>
    jobs.reduce((all, job, index) => all.replaceAll(job.id, `job ${index}`), text)
  return {
    state: [workspace.state, workspace.storeAccess, workspace.endCause],
    reason: workspace.stateReason?.code,
    events: events.map(({ type }) => type).filter((type) => !passing.test(type)),
    bucketThere: content !== null,
    objects: content?.objects.map(
      ({ key, bytes }) => `${named(key)} ${manifest.test(key) ? '' : bytes}`,
    ),
    uploads: content?.uploads,
    inputs: (await read.inputs.list({ where })).map(({ name, state, bytes, sha256, writer }) => [
      ...[name, state, bytes, sha256, writer],
    ]),
    transfers: (await read.transfers.list({ where })).map((one) => [
      ...[one.state, one.bytesDone, one.sha256, one.failure, one.sealedSource, one.uploadId],
    ]),
    parts: await read.transferParts.count({}),
    flows: (await read.flows.list({ where })).map((one) => [one.state, one.endCause]),
    jobs: jobs.map(({ state, attempt, exitCode, failure, usage }) => [
      ...[state, attempt, exitCode, failure, usage],
    ]),
    attempts: (await read.attempts.list({ where })).map(({ number, state, removed, outputs }) => [
      ...[number, state, removed, outputs.length],
    ]),
    runs: [...compute.runs.values()],
    onBackend: compute.attempts.size,
    deliveries: (await read.deliveries.list({ orderBy: 'sequence' })).map((one) => [
      ...[one.kind, one.callback, one.eventType, one.state],
    ]),
    /** At least once; by its id each counts once. */
    accepted: [...new Set(sent.map(({ id: sentId }) => sentId))].length,
    report: await reportOf(world, id),
  }
}

/** States that a look at the backend may come too late for. */
const passing = /^job\.(staging|running|collecting)$/

/** What is in a bucket; null when there is none. */
async function contentOf({ store }: CrashWorld['app'], bucket: string) {
  try {
    const { objects } = await store.list(bucket, { prefix: '' }, never)
    return { objects, uploads: await store.listUploads(bucket, '', never) }
  } catch {
    return null
  }
}

const manifest = /manifest\.|outputs\.json|claim/

/** What the deletion report counts, without times. */
async function reportOf({ app }: CrashWorld, workspaceId: string) {
  const found = await app.database.read.reports.get({ workspaceId })
  if (found === undefined) return null
  const payload = Buffer.from(found.jws.split('.')[1] ?? '', 'base64url').toString()
  const { objectsDeleted, bytesDeleted, uploadsAborted, accessCut, endCause } = JSON.parse(
    payload,
  ) as ReturnType<typeof deletionReport>
  return { objectsDeleted, bytesDeleted, uploadsAborted, by: accessCut.by, endCause }
}

const provisioning: CrashCase = {
  name: 'workspace, provisioning',
  atLeast: 4,
  begin: async (world) => (await world.open()).id,
  ended: async (world, id) => (await workspaceOf(world, id)).state === 'READY',
  end: shown,
}

const suspending: CrashCase = {
  name: 'workspace, suspend',
  atLeast: 4,
  begin: async (world) => {
    const { id } = await ready(world)
    await suspendWorkspace(world.app, id)
    return id
  },
  ended: async (world, id) => (await workspaceOf(world, id)).storeAccess === 'consumers-denied',
  end: shown,
}

const resuming: CrashCase = {
  name: 'workspace, resume',
  atLeast: 4,
  begin: async (world) => {
    const id = await suspending.begin(world)
    const process = new MortalProcess(world.app, null)
    await world.run(process, () => suspending.ended(world, id))
    await resumeWorkspace(world.app, id)
    return id
  },
  ended: async (world, id) => (await workspaceOf(world, id)).storeAccess === 'open',
  end: shown,
}

const closing: CrashCase = {
  name: 'workspace, closing',
  atLeast: 20,
  begin: async (world) => {
    const { id, bucket } = await ready(world)
    const { store, database } = world.app
    for (const name of ['a', 'b']) await store.put(bucket, `inputs/${name}`, Buffer.from(name), {})
    await store.createUpload(bucket, 'inputs/unfinished', never)
    await database.transaction(async (tx) => {
      const workspace = await tx.workspaces.get({ id })
      if (workspace !== undefined) await endWorkspace(world.app, tx, workspace, 'operator')
    })
    return id
  },
  ended: async (world, id) =>
    (await workspaceOf(world, id)).state === 'DELETED' && (await allSent(world)),
  end: shown,
}

const pulling: CrashCase = {
  name: 'transfer, pull of two parts',
  atLeast: 20,
  begin: async (world) => {
    const workspace = await ready(world)
    const source = { type: 'https', url: 'https://source.example.com/file', headers: {} }
    await requestTransfer(world.app, workspace, { input: 'in.txt', source }, undefined)
    return workspace.id
  },
  ended: async ({ app }, workspaceId) =>
    (await app.database.read.transfers.count({ workspaceId, state: 'SUCCEEDED' })) === 1,
  end: shown,
}

const job: CrashCase = {
  name: 'job, from pin to removal',
  atLeast: 30,
  begin: async (world) => {
    const workspace = await ready(world)
    await world.app.store.put(workspace.bucket, 'inputs/in.txt', Buffer.from('data'), {})
    const request = { serviceId: 'sum', start: 'when-inputs-ready' } as const
    await submitJob(world.app, workspace, request, undefined, never)
    return workspace.id
  },
  ended: async ({ app }, workspaceId) =>
    (await app.database.read.attempts.count({ workspaceId, removed: true })) === 1,
  end: shown,
}

const delivering: CrashCase = {
  name: 'delivery of webhooks',
  atLeast: 8,
  begin: async (world) => {
    const { id } = await ready(world)
    const wish = { url: 'https://backend.example.com/hook' }
    await createSubscription(world.app, id, wish, undefined)
    await suspendWorkspace(world.app, id)
    await resumeWorkspace(world.app, id)
    return id
  },
  ended: allSent,
  end: shown,
}

const flow: CrashCase = {
  name: 'flow and its callback, asynchronous',
  atLeast: 8,
  begin: async (world) => {
    const conduct = { asynchronous: () => true, completesAfterMs: () => 120_000 }
    Object.assign(world.app, { conduct })
    return (await world.open()).id
  },
  ended: async (world, workspaceId) => {
    const { read } = world.app.database
    const over = await read.flows.count({ workspaceId, state: 'COMPLETED' })
    return over === 1 && (await allSent(world))
  },
  end: shown,
}

const push: CrashCase = {
  name: 'callback, pushed access document',
  atLeast: 8,
  begin: async (world) => {
    const dataAddress = {
      '@type': 'DataAddress',
      endpoint: 'https://backend.example.com/access',
      endpointProperties: [],
    }
    return (await world.open({ transferType: 'HttpData-PUSH', dataAddress })).id
  },
  ended: flow.ended.bind(flow),
  end: shown,
}

/** The control plane has a management API from now on. */
async function giveManagement({ app, controlPlane }: CrashWorld): Promise<void> {
  const managementUrl = 'http://127.0.0.1:9/management/v3'
  Object.assign(controlPlane, { managementUrl })
  await app.database.read.controlPlanes.update({ id: controlPlane.id }, { managementUrl })
}

/** A flow that is looked up, and what the connector knows of it. */
const checking = (name: string, state: string | null): CrashCase => ({
  name: `check, ${name}`,
  atLeast: 4,
  begin: async (world) => {
    await giveManagement(world)
    const { id } = await ready(world)
    world.known.state = state
    return id
  },
  ended: async (world, id) => (await workspaceOf(world, id)).stateReason?.code === 'no-flow',
  end: shown,
})

const terminating: CrashCase = {
  ...closing,
  name: 'workspace, closing, with the termination at the connector',
  begin: async (world) => {
    await giveManagement(world)
    return closing.begin(world)
  },
}

const preparedPush: CrashCase = {
  name: 'prepared push of the older signaling',
  atLeast: 8,
  begin: async ({ app, controlPlane }) => {
    const older = { ...controlPlane, protocol: 'edc-signaling' } as const
    await app.database.read.controlPlanes.update({ id: older.id }, older)
    const message = openingMessage({ messageId: null, transferType: 'HttpData-PUSH' })
    await prepareDataFlow(app, older, message)
    const found = await app.database.read.flows.first({ processId: message.processId })
    return found?.workspaceId ?? ''
  },
  ended: async (world, workspaceId) => {
    const { read } = world.app.database
    const begun = await read.flows.count({ workspaceId, state: 'STARTED' })
    return begun === 1 && (await allSent(world))
  },
  end: shown,
}

export const crashCases = [
  ...[provisioning, suspending, resuming, closing, pulling, job, delivering, flow, push],
  ...[checking('ended there', 'TERMINATED'), checking('forgotten there', null), terminating],
  preparedPush,
]
