import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { provisionedCallback, provisionTarget } from '../../src/domain/provision-callback.ts'
import {
  decideProvisionAnswer,
  decideProvisionStep,
  progressOf,
  provisionKind,
  type ProvisionRequest,
} from '../../src/domain/provision-request.ts'

const at = new Date(0)
const request: ProvisionRequest = {
  id: 'pr-1',
  controlPlaneId: 'edc',
  processId: 'process',
  resourceId: 'resource',
  generation: 'control-plane',
  assetId: 'asset',
  callbackAddress: 'http://connector:8181/api/management/callback',
  state: 'PROVISIONED',
  reason: null,
  flowId: 'df-1',
  grantId: 'gr-1',
  receivedAt: at,
  answeredAt: at,
  tries: 0,
  callbackSentAt: null,
  callbackAnsweredAt: null,
  callbackTakenAt: null,
  endedAt: null,
}
const sent = { ...request, callbackSentAt: at }
const answered = { ...sent, callbackAnsweredAt: at }
const other = { generation: 'data-plane' } as const

test('what the states of a transfer process say about its callback', () => {
  const rows = [
    ['INITIAL', 'answering', 'answering'],
    ['PROVISIONING', 'answering', 'answering'],
    ['PROVISIONING_REQUESTED', 'waiting', 'answering'],
    ['PROVISIONED', 'provisioned', 'answering'],
    ['STARTING', 'moved-on', 'answering'],
    ['STARTUP_REQUESTED', 'moved-on', 'waiting'],
    ['STARTED', 'moved-on', 'moved-on'],
    ['SUSPENDED', 'moved-on', 'moved-on'],
    ['RESUMED', 'moved-on', 'moved-on'],
    ['COMPLETING', 'moved-on', 'moved-on'],
    ['COMPLETED', 'ended', 'ended'],
    ['TERMINATING', 'ended', 'ended'],
    ['TERMINATED', 'ended', 'ended'],
    ['DEPROVISIONING', 'ended', 'ended'],
    ['DEPROVISIONED', 'ended', 'ended'],
  ] as const
  for (const [state, control, data] of rows) {
    assert.equal(progressOf('control-plane', state), control, state)
    assert.equal(progressOf('data-plane', state), data, state)
  }
})

test('what is done about a callback', () => {
  const step = (given: ProvisionRequest, progress: Parameters<typeof decideProvisionStep>[1]) =>
    decideProvisionStep(given, progress).kind
  const rows = [
    [request, 'answering', 'wait', 'the connector has not stored our answer'],
    [request, 'waiting', 'send', 'it waits for it'],
    [sent, 'waiting', 'send', 'what was sent has not arrived'],
    [answered, 'waiting', 'send', 'what was taken had no effect'],
    [{ ...answered, ...other }, 'waiting', 'wait', 'a second one ends the transfer'],
    [{ ...sent, ...other }, 'waiting', 'send', 'nobody answered the first one'],
    [sent, 'provisioned', 'taken', 'another address would start it twice'],
    [sent, 'moved-on', 'taken', 'it has arrived'],
    [request, 'moved-on', 'release', 'it goes without us'],
    [sent, 'ended', 'release', 'it is over'],
  ] as const
  for (const [given, progress, expected, why] of rows)
    assert.equal(step(given, progress), expected, why)
})

test('nothing is sent unless the connector waits for it', () => {
  const progress = fc.constantFrom(...(['answering', 'provisioned', 'moved-on', 'ended'] as const))
  const given = fc.constantFrom(request, sent, answered, { ...sent, ...other })
  fc.assert(
    fc.property(given, progress, (one, now) => decideProvisionStep(one, now).kind !== 'send'),
  )
})

test('what answers to the callback mean', () => {
  const rows = [
    [204, 1, 'taken'],
    [200, 1, 'taken'],
    [null, 9, 'again'],
    [500, 9, 'again'],
    [401, 9, 'again'],
    [409, 9, 'again'],
    [307, 1, 'again'],
    [404, 3, 'again'],
    [404, 4, 'refused'],
    [400, 1, 'refused'],
    [422, 1, 'refused'],
  ] as const
  for (const [status, tries, expected] of rows)
    assert.equal(decideProvisionAnswer(status, tries), expected, `${status}`)
})

test('a request without a type is a deprovision request once the callback was taken', () => {
  assert.equal(provisionKind(null, undefined), 'provision')
  assert.equal(provisionKind(null, sent), 'provision')
  assert.equal(provisionKind(null, answered), 'deprovision')
  assert.equal(provisionKind(null, { ...sent, callbackTakenAt: at }), 'deprovision')
  assert.equal(provisionKind('provision', answered), 'provision')
  assert.equal(provisionKind('deprovision', undefined), 'deprovision')
})

const plane = {
  managementUrl: 'http://connector:8181/api/management/v3',
  callbackUrl: 'http://dataplane:8765/provisioning',
}

test('callbacks go where the configuration says, with the credential of that address', () => {
  const target = (callbackAddress: string, generation = request.generation, given = plane) =>
    provisionTarget(given, { callbackAddress, generation })
  const management = { url: 'http://connector:8181/api/management/callback' }
  assert.deepEqual(target(request.callbackAddress), { ...management, credential: 'management' })
  assert.deepEqual(target(`${request.callbackAddress}/`), {
    ...management,
    credential: 'management',
  })
  const v4 = { ...plane, managementUrl: 'http://connector:8181/api/management/v4beta' }
  assert.equal(target(request.callbackAddress, 'control-plane', v4)?.credential, 'management')
  const own = { url: plane.callbackUrl, credential: 'callbacks' }
  assert.deepEqual(target(plane.callbackUrl, 'data-plane'), own)
  assert.deepEqual(target(plane.callbackUrl), own)
  for (const foreign of [
    'http://elsewhere:8181/api/management/callback',
    'http://connector:8182/api/management/callback',
    'https://connector:8181/api/management/callback',
    'http://connector@elsewhere:8181/api/management/callback',
    'http://key@connector:8181/api/management/callback',
    'http://connector:8181/api/management/callback?x=1',
    'http://connector:8181/api/management/callback#x',
    'http://connector:8181/api/management/v3/callback',
    '',
  ])
    assert.equal(target(foreign), undefined, foreign)
  assert.equal(target(request.callbackAddress, 'data-plane'), undefined)
})

test('ids of the connector stay one segment of the path', () => {
  const strange = { ...request, processId: 'a/../b?c#d', resourceId: '%2F' }
  const content = { url: 'http://127.0.0.1/x', authorization: 'Bearer x' }
  assert.equal(provisionedCallback(strange, content).path, '/a%2F..%2Fb%3Fc%23d/provision')
  const { path } = provisionedCallback({ ...strange, ...other }, content)
  assert.equal(path, '/a%2F..%2Fb%3Fc%23d/%252F/provision')
})
