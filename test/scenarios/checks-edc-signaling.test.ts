import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { eventsUrl } from '../../src/application/control-planes/events-url.ts'
import { startConnector } from '../support/connector-double.ts'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { startEdcConnector } from '../support/edc-connector.ts'
import { edcControlPlane, startEdcSignaling } from '../support/edc-fixture.ts'
import { until } from '../support/until.ts'

const otherSecret = 'secret-of-the-other-connector'

/** A connector of the older signaling with a management API beside one of Data Plane Signaling without. */
async function start(t: TestContext) {
  const management = await startConnector()
  const plane = await startControlPlane()
  const connector = await startEdcConnector()
  let ahead = 0
  const edc = await startEdcSignaling({
    connector,
    controlPlanes: {
      'edc.control-plane.yaml': edcControlPlane(connector, {
        management: { url: management.managementUrl, key: management.key },
      }),
      'other.control-plane.yaml': controlPlaneFile('other', plane, {
        inbound: { type: 'path-secret', secret: otherSecret },
        participantContextId: 'compute',
      }),
    },
    overrides: { now: () => new Date(Date.now() + ahead * 1000) },
  })
  t.after(async () => {
    for (const part of [edc, management, plane, connector]) await part[Symbol.asyncDispose]()
  })
  const { read } = edc.under.service.app.database
  return {
    edc,
    management,
    plane,
    advance: (seconds: number) => {
      ahead += seconds
      edc.under.service.controller.wake()
    },
    /** A pull that has its bucket, and that the management API knows as STARTED. */
    open: async () => {
      const opened = await edc.open()
      management.processes.set(opened.processId, { state: 'STARTED' })
      await until('ready', async () => {
        const workspace = await read.workspaces.get({ id: opened.workspaceId })
        return workspace?.state === 'READY'
      })
      return opened
    },
    flowAt: (controlPlaneId: string, processId: string) =>
      read.flows.first({ controlPlaneId, processId }),
    hear: async (id: string, type: string, transferProcessId: string) => {
      const response = await fetch(eventsUrl(edc.under.service.app, { id }), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type, payload: { transferProcessId } }),
      })
      return response.status
    },
  }
}

test('a flow of the older signaling is looked at too, also while it is suspended', async (t) => {
  const world = await start(t)
  const { processId } = await world.open()
  await world.edc.suspend(processId)
  world.management.processes.set(processId, { state: 'TERMINATED' })
  world.advance(603)
  await world.edc.becomes(processId, 'TERMINATED')
})

test('a connector that has forgotten everything ends its flows after the recheck time', async (t) => {
  const world = await start(t)
  const { processId } = await world.open()
  world.management.processes.clear()
  for (let look = 0; look < 3; look++) {
    world.advance(301)
    await until('a look', () => world.management.asked('transferprocesses/').length > look)
    await world.edc.under.service.controller.idle()
  }
  await world.edc.becomes(processId, 'TERMINATED')
  assert.equal((await world.flowAt('edc', processId))?.endCause, 'forgotten')
  assert.deepEqual(world.edc.connector.told(processId), [])
})

test('what we end has failed by its callback, and is not terminated by the management API as well', async (t) => {
  const world = await start(t)
  const { processId, workspaceId } = await world.open()
  const { under } = world.edc
  await fetch(`${under.managementUrl}/v1/workspaces/${workspaceId}/close`, {
    method: 'POST',
    headers: { 'x-api-key': under.service.secrets.managementKey },
  })
  await world.edc.told(processId, ['fail 204'])
  await under.service.controller.idle()
  assert.deepEqual(world.management.asked(`transferprocesses/${processId}/terminate`), [])
})

test('the same process and agreement at two control planes are two flows: what ends one does nothing to the other', async (t) => {
  const world = await start(t)
  const { processId, agreementId } = await world.open()
  const base = `${world.edc.under.connectorUrl}/k/${otherSecret}`
  const opened = await signal(base, 'start', openingBody({ processId, agreementId }))
  assert.equal(opened.status, 200)
  assert.equal(await world.hear('other', 'TransferProcessTerminated', processId), 200)
  assert.equal((await world.flowAt('other', processId))?.state, 'TERMINATED')
  await world.edc.under.service.controller.idle()
  assert.equal((await world.flowAt('edc', processId))?.state, 'STARTED')

  const again = await signal(base, 'start', openingBody({ agreementId }))
  const other = again.body.dataFlowId ?? ''
  world.management.processes.set(other, { state: 'TERMINATED' })
  assert.equal(await world.hear('edc', 'TransferProcessTerminated', other), 200)
  world.advance(603)
  await until('a look', () => world.management.asked(`transferprocesses/${processId}`).length > 0)
  await world.edc.under.service.controller.idle()
  assert.equal((await world.flowAt('other', other))?.state, 'STARTED')
  assert.deepEqual(world.management.asked(`transferprocesses/${other}`), [])
})
