import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import {
  createEdcManagement,
  managementKeyPlace,
} from '../../src/adapters/control-plane/edc-management.ts'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSecretBox } from '../../src/adapters/secrets/secret-box.ts'
import type { ControlPlane } from '../../src/domain/control-plane.ts'
import { policyUntil, startConnector } from '../support/connector-double.ts'
import { openControlPlane } from '../support/operated-application.ts'
import { startReceiver } from '../support/receiver.ts'

const signal = new AbortController().signal

/** The adapter, and a control plane at `managementUrl` with the connector's key. */
async function manage(t: TestContext, managementUrl: string, key = 'canary-management-key') {
  const secrets = createSecretBox([randomBytes(32)])
  const origins = new Set([new URL(managementUrl).origin])
  const egress = createEgress({
    allow: [],
    operatorOrigins: () => origins,
    ownListeners: () => [],
  })
  t.after(() => egress.destroy())
  const sealedManagementKey = await secrets.seal(managementKeyPlace('edc'), key)
  const plane: ControlPlane = { ...openControlPlane, managementUrl, sealedManagementKey }
  return { management: createEdcManagement({ outboundTo: () => egress.outbound, secrets }), plane }
}

async function connected(t: TestContext, version: 'v3' | 'v4' = 'v3') {
  const connector = await startConnector(version)
  t.after(() => connector[Symbol.asyncDispose]())
  return { connector, ...(await manage(t, connector.managementUrl)) }
}

test('a transfer process is found with its state, its agreement and its error', async (t) => {
  const { connector, management, plane } = await connected(t)
  const process = { state: 'TERMINATED', contractId: 'a 1', errorDetail: 'policy' }
  connector.processes.set('p/1', process)
  assert.deepEqual(await management.transferProcess(plane, 'p/1', signal), {
    kind: 'found',
    value: { id: 'p/1', state: 'TERMINATED', agreementId: 'a 1', errorDetail: 'policy' },
  })
})

test('an agreement is found with the end that its policy counts from the signing', async (t) => {
  const { connector, management, plane } = await connected(t)
  const policy = policyUntil('contractAgreement+15s')
  connector.agreements.set('a1', { policy, signedAt: 1_795_532_345 })
  assert.deepEqual(await management.agreement(plane, 'a1', signal), {
    kind: 'found',
    value: {
      id: 'a1',
      consumerId: 'consumer',
      providerId: 'provider',
      assetId: 'asset',
      endsAt: new Date(1_795_532_360_000),
    },
  })
})

test('what the connector does not know is absent', async (t) => {
  const { management, plane } = await connected(t)
  assert.deepEqual(await management.transferProcess(plane, 'p1', signal), { kind: 'absent' })
  assert.deepEqual(await management.agreement(plane, 'a1', signal), { kind: 'absent' })
  assert.deepEqual(await management.terminate(plane, 'p1', 'x', signal), { kind: 'absent' })
})

for (const disorder of [401, 403, 404, 429, 500, 503, 'page', 'reset'] as const) {
  test(`nothing follows from a management API that is out of order: ${disorder}`, async (t) => {
    const { connector, management, plane } = await connected(t)
    connector.processes.set('p1', { state: 'STARTED' })
    connector.disorder = disorder
    const answers = [
      await management.transferProcess(plane, 'p1', signal),
      await management.agreement(plane, 'a1', signal),
      await management.terminate(plane, 'p1', 'x', signal),
    ]
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['unknown', 'unknown', 'unknown'],
    )
  })
}

const unreadable: readonly (readonly [string, string])[] = [
  ['no JSON', 'STARTED'],
  ['no state', '{"@id":"p1"}'],
  ['another process', '{"@id":"p2","state":"COMPLETED"}'],
  ['no object', '[]'],
  ['longer than is read', `{"@id":"p1","state":"COMPLETED","x":"${'x'.repeat(300_000)}"}`],
]
for (const [what, body] of unreadable) {
  test(`nothing follows from an answer that cannot be read: ${what}`, async (t) => {
    const receiver = await startReceiver(t, () => ({ status: 200, body }))
    const { management, plane } = await manage(t, `${receiver.url}/management/v3`)
    const looked = await management.transferProcess(plane, 'p1', signal)
    assert.equal(looked.kind, 'unknown')
  })
}

test('a wrong key is not taken for absence, and the key is in no detail', async (t) => {
  const { connector } = await connected(t)
  const { management, plane } = await manage(t, connector.managementUrl, 'canary-wrong')
  const looked = await management.transferProcess(plane, 'p1', signal)
  assert.deepEqual(looked, { kind: 'unknown', detail: 'the management API answers 401' })
})

test('a key that does not open any more says so', async (t) => {
  const { connector, management, plane } = await connected(t)
  const moved = { ...plane, id: 'other' }
  const looked = await management.transferProcess(moved, 'p1', signal)
  assert.ok(looked.kind === 'unknown' && looked.detail.includes('DSC_SECRET_KEY'))
  assert.equal(connector.questions.length, 0)
})

test('an address that nothing answers at says nothing', async (t) => {
  const connector = await startConnector()
  const { management, plane } = await manage(t, connector.managementUrl)
  await connector[Symbol.asyncDispose]()
  assert.equal((await management.transferProcess(plane, 'p1', signal)).kind, 'unknown')
  const none = { ...plane, managementUrl: null }
  assert.equal((await management.transferProcess(none, 'p1', signal)).kind, 'unknown')
})

test('the end of the caller ends the call', async (t) => {
  const { connector, management, plane } = await connected(t)
  connector.disorder = 'silence'
  const caller = new AbortController()
  const asked = management.transferProcess(plane, 'p1', caller.signal)
  caller.abort(new Error('the lease is lost'))
  await assert.rejects(asked, /the lease is lost/)
})

const contexts = [
  ['v3', { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }],
  ['v4', ['https://w3id.org/edc/connector/management/v2']],
] as const
for (const [version, context] of contexts) {
  test(`a transfer process is terminated with its reason, in the form of ${version}`, async (t) => {
    const { connector, management, plane } = await connected(t, version)
    connector.processes.set('p1', { state: 'SUSPENDED' })
    const taken = await management.terminate(plane, 'p1', 'The workspace has ended.', signal)
    assert.deepEqual(taken, { kind: 'found', value: null })
    const body = {
      '@context': context,
      '@type': 'TerminateTransfer',
      reason: 'The workspace has ended.',
    }
    assert.deepEqual(
      connector.questions.map(({ method, path, body: sent }) => [method, path, sent]),
      [['POST', 'transferprocesses/p1/terminate', body]],
    )
  })
}

test('a refused termination counts only when the process has ended', async (t) => {
  const { connector, management, plane } = await connected(t)
  connector.processes.set('over', { state: 'DEPROVISIONED' })
  connector.processes.set('held', { state: 'LEASED' })
  const found = { kind: 'found', value: null }
  assert.deepEqual(await management.terminate(plane, 'over', 'x', signal), found)
  const held = await management.terminate(plane, 'held', 'x', signal)
  assert.equal(held.kind, 'unknown')
})
