import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { cancelJob } from '../../src/application/jobs/cancel-job.ts'
import { listFlows } from '../../src/application/operating/list-operated.ts'
import { listReports } from '../../src/application/workspaces/list-reports.ts'
import {
  listWorkspaces,
  operatedWorkspace,
} from '../../src/application/workspaces/list-workspaces.ts'
import {
  endWorkspaceByOperator,
  readWorkspace,
  reopenWorkspace,
  resumeWorkspace,
  suspendWorkspace,
} from '../../src/application/workspaces/operate-workspace.ts'
import { listParked, retryParked } from '../../src/application/operating/retry-parked.ts'
import { createService } from '../../src/application/services/save-service.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import {
  openControlPlane,
  openingMessage,
  operatedApplication,
} from '../support/operated-application.ts'

async function withWorkspace(context: TestContext) {
  const operated = await operatedApplication(context)
  const { app } = operated
  const service = parseServiceContent({ id: 'sum', title: 'S', worker: { image: 'i' } })
  await app.database.transaction((tx) => createService(app, tx, service, 'api'))
  await startDataFlow(app, openControlPlane, openingMessage())
  const [workspace] = await app.database.read.workspaces.list({})
  assert(workspace)
  await app.database.read.workspaces.update(
    { id: workspace.id },
    { state: 'READY', readyAt: app.now() },
  )
  return { ...operated, id: workspace.id }
}

test('the operator’s suspension holds whatever the flows say, until it is taken back', async (context) => {
  const { app, id } = await withWorkspace(context)
  assert.equal((await suspendWorkspace(app, id)).state, 'SUSPENDED')
  assert.equal((await suspendWorkspace(app, id)).state, 'SUSPENDED')
  await startDataFlow(app, openControlPlane, openingMessage({ processId: 'p2', messageId: 'm2' }))
  assert.equal((await readWorkspace(app.database.read, id)).state, 'SUSPENDED')
  assert.equal((await resumeWorkspace(app, id)).state, 'READY')
  const types = (await app.database.read.events.list({ orderBy: 'sequence' })).map(
    ({ type }) => type,
  )
  assert.deepEqual(types, ['workspace.provisioning', 'workspace.suspended', 'workspace.ready'])
})

test('the operator ends a workspace once, with its flows', async (context) => {
  const { app, id } = await withWorkspace(context)
  const ended = await endWorkspaceByOperator(app, id)
  assert.deepEqual([ended.state, ended.endCause], ['CLOSING', 'operator'])
  assert.deepEqual(
    (await listFlows(app, {})).items.map(({ state }) => state),
    ['TERMINATED'],
  )
  const again = await endWorkspaceByOperator(app, id)
  assert.equal(again.lastSequence, ended.lastSequence)
  await assert.rejects(suspendWorkspace(app, id), { code: 'state-conflict' })
  await assert.rejects(endWorkspaceByOperator(app, 'ws-other'), { code: 'not-found' })
})

test('only a retained workspace is reopened: its data are kept for longer', async (context) => {
  const { app, id } = await withWorkspace(context)
  await assert.rejects(reopenWorkspace(app, id), { code: 'state-conflict' })
  const closing = { retainedUntil: app.now().toISOString() }
  await app.database.read.workspaces.update({ id }, { state: 'RETAINED', closing })
  const reopened = await reopenWorkspace(app, id)
  assert.equal(reopened.state, 'RETAINED')
  assert.equal(reopened.closing.retainedUntil, '2026-12-01T09:00:00.000Z')
})

test('operators see whose a workspace is, and that its closing is overdue', async (context) => {
  const { app, clock, id } = await withWorkspace(context)
  const shown = await operatedWorkspace(app, await readWorkspace(app.database.read, id))
  assert.deepEqual(
    [shown.controlPlaneId, shown.participantContextId, shown.overdue],
    ['edc', 'provider', false],
  )
  await endWorkspaceByOperator(app, id)
  clock.advance(901)
  assert.equal(
    (await operatedWorkspace(app, await readWorkspace(app.database.read, id))).overdue,
    true,
  )
})

test('workspaces are found by state, agreement, consumer and control plane', async (context) => {
  const { app } = await withWorkspace(context)
  const count = async (wish: Parameters<typeof listWorkspaces>[1]) =>
    (await listWorkspaces(app, wish)).items.length
  assert.equal(
    await count({ state: ['READY'], agreementId: 'a1', participantId: 'did:web:consumer' }),
    1,
  )
  assert.equal(await count({ state: ['CLOSING'] }), 0)
  assert.equal(await count({ controlPlaneId: 'edc' }), 1)
  assert.equal(await count({ controlPlaneId: 'other' }), 0)
  assert.equal(await count({ createdAfter: '2026-11-25T00:00:00.000Z' }), 0)
})

test('pages of a filtered list go on where they ended', async (context) => {
  const { app, clock } = await withWorkspace(context)
  for (const agreementId of ['a2', 'a3', 'a4']) {
    clock.advance(1)
    const ids = { agreementId, processId: agreementId, messageId: agreementId }
    await startDataFlow(app, openControlPlane, openingMessage(ids))
  }
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await listWorkspaces(app, { controlPlaneId: 'edc', limit: 3, cursor })
    seen.push(...page.items.map(({ agreementId }) => agreementId))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  assert.deepEqual(seen, ['a4', 'a3', 'a2', 'a1'])
})

test('parked work is listed with its reason and runs again once', async (context) => {
  const { app, id } = await withWorkspace(context)
  const { work } = app.database.read
  const [lease] = await work.claim('workspace', 'me', 1, 1000, app.now())
  assert(lease)
  await work.park(lease, 'internal', app.now())
  const { items } = await listParked(app, ['workspace'], {})
  assert.deepEqual(
    items.map(({ id: row, reason }) => [row, reason]),
    [[id, 'internal']],
  )
  assert.equal((await retryParked(app, `workspace.${id}`)).id, id)
  await assert.rejects(retryParked(app, `workspace.${id}`), { code: 'not-found' })
  await assert.rejects(retryParked(app, 'nonsense'), { code: 'not-found' })
})

test('a job is cancelled only where it is', async (context) => {
  const { app } = await withWorkspace(context)
  await assert.rejects(cancelJob(app, 'job-1'), { code: 'not-found' })
})

test('reports are listed with the sums that they say', async (context) => {
  const { app, id } = await withWorkspace(context)
  const said = {
    endCause: 'operator',
    closingSince: '2026-11-24T09:00:00.000Z',
    deletedAt: '2026-11-24T10:00:00.000Z',
    objectsDeleted: 3,
    bytesDeleted: 1000,
  }
  await app.database.read.reports.insert({
    workspaceId: id,
    agreementId: 'a1',
    participantContextId: 'provider',
    jws: await app.signer.sign(JSON.stringify(said), 'report'),
    createdAt: app.now(),
    until: app.now(),
  })
  const [report] = (await listReports(app, { agreementId: 'a1' })).items
  assert.deepEqual(
    [report?.objects, report?.bytes, report?.endCause, report?.deletedAt],
    [3, 1000, 'operator', said.deletedAt],
  )
  assert.deepEqual((await listReports(app, { agreementId: 'a2' })).items, [])
})
