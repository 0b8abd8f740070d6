import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test, type TestContext } from 'node:test'
import { createCallbackAuthenticator } from '../../src/adapters/control-plane/callback-authenticator.ts'
import type { Application } from '../../src/application/application.ts'
import { checkReconciler } from '../../src/application/flows/reconcile-check.ts'
import { flowReconciler } from '../../src/application/flows/reconcile-flow.ts'
import { receiveProvisionRequest } from '../../src/application/provisioning/receive-provision-request.ts'
import { provisionReconciler } from '../../src/application/provisioning/reconcile-provision.ts'
import { createService } from '../../src/application/services/save-service.ts'
import { workspaceReconciler } from '../../src/application/workspaces/reconcile-workspace.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { progressOf, type ProvisionerGeneration } from '../../src/domain/provision-request.ts'
import { Crash, MortalProcess, runPasses, type CrashPoint } from '../support/crashing.ts'
import { openControlPlane, operatedApplication } from '../support/operated-application.ts'
import { startStore } from '../support/store-fixture.ts'

/** It is the process that dies here, not the machine: what it wrote may lie in memory. */
if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm'

let fixture: Awaited<ReturnType<typeof startStore>>
before(async () => {
  fixture = await startStore()
})
after(() => fixture.stop())

interface Case {
  readonly generation: ProvisionerGeneration
  readonly name: string
  /** The dataset of the agreement: one that is offered, or not. */
  readonly assetId: 'offered' | 'unknown'
  /** Whether the deprovision request comes when the content address is taken. */
  readonly deprovisioned: boolean
  readonly end: string
}

const both = ['control-plane', 'data-plane'] as const
const cases: readonly Case[] = both.flatMap((generation) => [
  {
    ...{ generation, name: 'until the content address is taken', assetId: 'offered' },
    ...{ deprovisioned: false, end: 'PROVISIONED' },
  } as const,
  {
    ...{ generation, name: 'until it is deprovisioned', assetId: 'offered' },
    ...{ deprovisioned: true, end: 'DEPROVISIONED' },
  } as const,
  {
    ...{ generation, name: 'refused', assetId: 'unknown' },
    ...{ deprovisioned: false, end: 'REFUSED' },
  } as const,
])

const waiting = { 'control-plane': 'PROVISIONING_REQUESTED', 'data-plane': 'STARTUP_REQUESTED' }
const controlPlane = {
  ...openControlPlane,
  protocol: 'provisioner',
  managementUrl: 'http://connector:8181/management/v3',
  callbackUrl: 'http://dataplane:8765/provisioning',
} as const
const service = parseServiceContent({
  ...{ id: 'sum', title: 'Sum', datasets: ['offered'] },
  worker: { command: ['true'] },
})

/** From the request to its end, with the process dying once on the way, or not at all. */
async function live(t: TestContext, one: Case, point: CrashPoint | null) {
  const far = { state: waiting[one.generation], taken: 0, refused: 0, terminated: 0, told: 0 }
  const outbound: Application['outbound'] = {
    checkUrl: () => undefined,
    send: ({ url }) => {
      if (url.endsWith('/deprovision')) {
        far.told += 1
        return Promise.resolve({ status: 204, headers: {}, body: '' })
      }
      const isWanted = progressOf(one.generation, far.state) === 'waiting'
      if (isWanted) far.taken += 1
      else far.refused += 1
      if (isWanted) far.state = 'STARTED'
      return Promise.resolve({ status: isWanted ? 204 : 409, headers: {}, body: '' })
    },
  }
  const ids = { consumerId: 'consumer', providerId: 'provider', assetId: one.assetId }
  const connectors: Application['connectors'] = {
    transferProcess: (_plane, id) =>
      Promise.resolve({
        kind: 'found',
        value: { id, state: far.state, agreementId: 'agreement', errorDetail: null },
      }),
    agreement: (_plane, id) =>
      Promise.resolve({ kind: 'found', value: { id, ...ids, endsAt: null } }),
    terminate: () => {
      far.terminated += 1
      far.state = 'TERMINATED'
      return Promise.resolve({ kind: 'found', value: null })
    },
  }
  const { store, issuer: credentials } = fixture
  const { app, clock } = await operatedApplication(t, { store, credentials, outbound, connectors })
  await app.database.transaction(async (tx) => {
    await tx.controlPlanes.insert(controlPlane)
    await createService(app, tx, service, 'api')
  })
  const urls = {
    'control-plane': 'http://connector:8181/management/callback',
    'data-plane': controlPlane.callbackUrl,
  }
  const ask = (kind: 'provision' | 'deprovision') =>
    receiveProvisionRequest(app, controlPlane, {
      ...{ generation: one.generation, kind, processId: 'process', resourceId: 'resource' },
      ...{ assetId: 'offered', callbackAddress: urls[one.generation] },
    })
  await ask('provision')
  const { read } = app.database
  const row = async () => {
    const [found] = await read.provisionRequests.list({})
    return found ?? assert.fail('no request')
  }
  const ended = async () => {
    const { state, callbackTakenAt } = await row()
    if (callbackTakenAt !== null && one.deprovisioned && state === 'PROVISIONED')
      await ask('deprovision')
    return (
      (await row()).state === one.end && (one.end !== 'PROVISIONED' || callbackTakenAt !== null)
    )
  }
  const run = (mortal: MortalProcess) =>
    runPasses(
      mortal,
      [
        workspaceReconciler(mortal.app),
        flowReconciler(mortal.app),
        checkReconciler(mortal.app),
        provisionReconciler(mortal.app, {
          authenticator: createCallbackAuthenticator(mortal.app.secrets, mortal.app.outbound),
        }),
      ],
      clock,
      ended,
    )
  const first = new MortalProcess(app, point)
  try {
    await run(first)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    clock.now = new Date(clock.now.getTime() + 61_000)
    await run(new MortalProcess(app, null))
  }
  assert.ok(far.taken <= 1 && far.refused === 0, 'a callback was repeated blindly')
  const flows = await read.flows.list({})
  return {
    died: first.dead,
    effects: first.effects,
    end: {
      state: (await row()).state,
      taken: far.taken,
      terminated: far.terminated > 0,
      told: far.told > 0,
      flows: flows.map(({ state, endCause }) => [state, endCause]),
      workspaces: (await read.workspaces.list({})).map(({ state }) => state),
      grants: await read.grants.count({}),
    },
  }
}

for (const one of cases) {
  test(`provision request, ${one.generation}, ${one.name}: a crash at any effect comes to the same end`, async (t) => {
    const undisturbed = await live(t, one, null)
    let points = 0
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at++) {
        const found = await live(t, one, { at, when })
        assert.deepEqual(found.end, undisturbed.end, `${when} ${found.effects.at(-1)} (${at})`)
        if (!found.died) break
        points += 1
      }
    }
    t.diagnostic(`${points} crash points: ${[...new Set(undisturbed.effects)].join(', ')}`)
    assert.ok(points >= 4, `only ${points}`)
  })
}
