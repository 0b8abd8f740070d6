import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  callbackCheck,
  keyCheck,
  participantCheck,
  reachedCheck,
  splitManagementUrl,
  versionCheck,
  type CallbackFacts,
  type Probed,
} from '../../src/domain/connector-check.ts'

const answered = (status: number): Probed => ({ kind: 'answered', status, body: '' })
const silent: Probed = { kind: 'silent', detail: 'http://edc:8181 did not answer.' }

test('an address is reached when anything but a failure of the server answers', () => {
  const result = (probed: Probed) => reachedCheck('management API', 'management.url', probed).result
  assert.deepEqual(
    [200, 401, 404, 500].map((status) => result(answered(status))),
    ['ok', 'ok', 'ok', 'fail'],
  )
  const nothing = reachedCheck('management API', 'management.url', silent)
  assert.equal(nothing.result, 'fail')
  assert.match(String(nothing.remedy), /management\.url/)
})

test('a key is wrong only when the answer says so', () => {
  const results = (probed: Probed | undefined) =>
    keyCheck('key', 'management.key', probed).map(({ result }) => result)
  assert.deepEqual(results(answered(200)), ['ok'])
  assert.deepEqual(results(answered(401)), ['fail'])
  assert.deepEqual(results(answered(403)), ['fail'])
  assert.deepEqual(results(answered(503)), [])
  assert.deepEqual(results(silent), [])
  assert.deepEqual(results(undefined), [])
})

test('the version is the last part of the address', () => {
  const split = (url: string) => Object.values(splitManagementUrl(url))
  assert.deepEqual(split('http://edc:8181/management/v3'), ['http://edc:8181/management', 'v3'])
  assert.deepEqual(split('http://edc/m/v4beta'), ['http://edc/m', 'v4beta'])
  assert.deepEqual(split('http://edc/management'), ['http://edc/management', null])
})

test('the configured version must be there; else the remedy names one that is', () => {
  const check = (url: string, answers: Readonly<Record<string, number>>) =>
    versionCheck(
      url,
      new Map(Object.entries(answers).map(([version, status]) => [version, answered(status)])),
    )
  const base = 'http://edc/management'
  const there = { v3: 200, v4: 404, v4beta: 200 }
  assert.equal(check(`${base}/v3`, there).detail, 'v3 answers; v4beta too')
  assert.equal(
    check(`${base}/v3`, { ...there, v3: 401 }).result,
    'ok',
    'a wrong key is no wrong version',
  )
  const wrong = check(`${base}/v4`, there)
  assert.deepEqual([wrong.result, wrong.remedy], ['fail', `Set management.url to ${base}/v3.`])
  assert.equal(check(base, { v3: 404, v4: 200 }).remedy, `Set management.url to ${base}/v4.`)
  assert.match(String(check(base, { v3: 404, v4: 404 }).remedy), /management context/)
})

const facts: CallbackFacts = {
  looksByItself: true,
  state: 'REGISTERED',
  lastMessageAt: null,
  since: new Date(1000),
  waitedMs: 15_000,
  url: 'http://us:8081/edc/v1/dataflows',
  connectorUrl: 'http://us:8081',
  otherUrl: 'http://edc:9191/api/control',
}

test('whether the connector reaches us is told by what it says and by what came', () => {
  const cases: readonly (readonly [Partial<CallbackFacts>, 'ok' | 'warn' | 'fail', RegExp])[] = [
    [{ state: 'AVAILABLE' }, 'ok', /reached http:\/\/us:8081\/edc\/v1\/dataflows\/check/],
    [{ lastMessageAt: new Date(1001) }, 'ok', /called/],
    [{ lastMessageAt: new Date(999) }, 'fail', /REGISTERED and made no call within 15 s/],
    [{ state: 'UNAVAILABLE' }, 'fail', /UNAVAILABLE/],
    [{ state: null }, 'fail', /unknown/],
    [{ looksByItself: false, state: null }, 'warn', /cannot be told/],
    [{ looksByItself: false, state: 'AVAILABLE' }, 'warn', /cannot be told/],
    [{ looksByItself: false, lastMessageAt: new Date(999) }, 'ok', /last message came at 1970/],
    [{ connectorUrl: 'http://127.0.0.1:8081' }, 'fail', /cannot reach from another host/],
    [
      { connectorUrl: 'http://127.0.0.1:8081', otherUrl: 'http://localhost:9191' },
      'fail',
      /made no call/,
    ],
    [{ connectorUrl: 'http://[::1]:8081', looksByItself: false }, 'fail', /cannot reach/],
  ]
  for (const [changes, result, detail] of cases) {
    const check = callbackCheck({ ...facts, ...changes })
    assert.equal(check.result, result, JSON.stringify(changes))
    assert.match(check.detail, detail)
    assert.equal(check.remedy === null, result === 'ok')
  }
})

test('the participant is the one that is in every agreement', () => {
  const sides = (consumerId: string, providerId: string) => ({ consumerId, providerId })
  const many = [sides('a', 'me'), sides('b', 'me'), sides('me', 'c')]
  assert.equal(participantCheck('me', many).result, 'ok')
  assert.equal(participantCheck('me', [sides('a', 'me')]).result, 'ok')
  const other = participantCheck('provider', many)
  assert.deepEqual(
    [other.result, other.detail],
    ['warn', 'the connector is me; configured is provider'],
  )
  assert.match(participantCheck('x', [sides('a', 'me')]).detail, /is me or a;/)
  assert.match(participantCheck('x', [sides('a', 'b'), sides('c', 'd')]).detail, /several/)
  assert.match(participantCheck('me', []).detail, /before the connector has an agreement/)
  assert.match(participantCheck('me', undefined).detail, /does not tell/)
})
