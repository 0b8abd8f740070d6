import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Application } from '../../src/application/application.ts'
import {
  receiveProvisionRequest,
  type ProvisionMessage,
} from '../../src/application/provisioning/receive-provision-request.ts'
import { openControlPlane, operatedApplication } from '../support/operated-application.ts'

const controlPlane = {
  ...openControlPlane,
  protocol: 'provisioner',
  managementUrl: 'http://connector:8181/management/v3',
} as const
const message: ProvisionMessage = {
  generation: 'control-plane',
  kind: 'provision',
  processId: 'process',
  resourceId: 'resource',
  assetId: 'asset',
  callbackAddress: 'http://connector:8181/management/callback',
}

test('a failure of ours is no status that a connector repeats without end, and never ends a deprovision request badly', async (t) => {
  const { app } = await operatedApplication(t)
  const broken: Application = {
    ...app,
    database: new Proxy(app.database, {
      get: (target, property) =>
        property === 'transaction'
          ? () => Promise.reject(new Error('the disk is full'))
          : (Reflect.get(target, property) as unknown),
    }),
  }
  for (const kind of ['provision', null] as const) {
    await assert.rejects(receiveProvisionRequest(broken, controlPlane, { ...message, kind }), {
      code: 'state-conflict',
      status: 409,
    })
  }
  await receiveProvisionRequest(broken, controlPlane, { ...message, kind: 'deprovision' })
})

test('what has ended is forgotten after DSC_HISTORY_SECONDS, and nothing before', async (t) => {
  const { app, clock } = await operatedApplication(t)
  const { read, sweeps } = app.database
  await receiveProvisionRequest(app, controlPlane, message)
  await receiveProvisionRequest(app, controlPlane, { ...message, resourceId: 'other' })
  await receiveProvisionRequest(app, controlPlane, { ...message, kind: 'deprovision' })
  clock.advance(1)
  assert.equal(await sweeps.provisionRequests(new Date(0), 10), 0)
  assert.equal(await sweeps.provisionRequests(clock.now, 10), 1)
  assert.deepEqual(
    (await read.provisionRequests.list({})).map(({ resourceId }) => resourceId),
    ['other'],
  )
})
