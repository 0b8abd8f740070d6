import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accessTokenOf,
  judgeRefreshStatus,
  judgeRefusal,
  renewedSource,
  type RefusalFacts,
} from '../../src/domain/edr-renewal.ts'
import { parseSource } from '../../src/domain/source.ts'

const now = new Date('2026-11-25T12:00:00Z')
const facts: RefusalFacts = {
  worked: false,
  renewable: false,
  renewals: 0,
  usedSince: true,
  expiresAt: null,
}

const refusals: readonly [string, Partial<RefusalFacts>, string][] = [
  ['what never worked and cannot be renewed is refused', {}, 'refused'],
  ['what has worked has expired', { worked: true }, 'expired'],
  ['what should have ended by now has expired', { expiresAt: new Date(+now - 1) }, 'expired'],
  ['what ends later is refused', { expiresAt: new Date(+now + 1) }, 'refused'],
  ['what can be renewed is', { renewable: true, worked: true }, 'renew'],
  ['a token may be dead on arrival', { renewable: true }, 'renew'],
  [
    'a renewed token that is refused at once ends it',
    { renewable: true, worked: true, renewals: 1, usedSince: false },
    'expired',
  ],
  [
    'a source that never took a token refuses',
    { renewable: true, renewals: 1, usedSince: false },
    'refused',
  ],
  ['one that was used is renewed again', { renewable: true, worked: true, renewals: 1 }, 'renew'],
  ['but not for ever at one byte', { renewable: true, worked: true, renewals: 3 }, 'expired'],
]
for (const [why, given, verdict] of refusals) {
  test(why, () => assert.equal(judgeRefusal({ ...facts, ...given }, now), verdict))
}

test('a refresh endpoint renews, refuses, or may be asked later', () => {
  const verdicts = [200, 201, 302, 307, 400, 401, 404, 408, 425, 429, 500, 503].map((status) =>
    judgeRefreshStatus(status),
  )
  const r = 'refused'
  assert.deepEqual(verdicts, [
    'renewed',
    ...[r, r, r, r, r, r],
    ...['later', 'later', 'later', 'later', 'later'],
  ])
})

const edr = (more: object = {}) => {
  const source = parseSource(
    {
      endpoint: 'https://source.example.com/public',
      authorization: 'first',
      authType: 'bearer',
      'https://w3id.org/tractusx/auth/refreshToken': 'r1',
      'https://w3id.org/tractusx/auth/refreshEndpoint': 'https://source.example.com/token',
      'https://w3id.org/tractusx/auth/refreshAudience': 'did:web:source.example.com',
      'https://w3id.org/tractusx/auth/expiresIn': '300',
      ...more,
    },
    now,
  )
  assert.ok(source.type === 'http')
  return source
}

test('an address of Tractus-X says how it is renewed, and when it ends', () => {
  const { refresh, expiresAt } = edr()
  assert.deepEqual(refresh, {
    endpoint: 'https://source.example.com/token',
    token: 'r1',
    audience: 'did:web:source.example.com',
  })
  assert.equal(expiresAt, '2026-11-25T12:05:00.000Z')
  assert.equal(accessTokenOf(edr()), 'first')
})

test('a renewed address has the new tokens and the same scheme', () => {
  const body = { access_token: 'second', refresh_token: 'r2', expires_in: '60' }
  const renewed = renewedSource(edr(), JSON.stringify(body), now)
  assert.equal(renewed?.headers['Authorization'], 'Bearer second')
  assert.equal(renewed.refresh?.token, 'r2')
  assert.equal(renewed.expiresAt, '2026-11-25T12:01:00.000Z')
  const bare = renewedSource(edr({ authType: 'none' }), '{"access_token":"second"}', now)
  assert.equal(bare?.headers['Authorization'], 'second')
  assert.equal(bare.refresh?.token, 'r1')
  assert.equal(bare.expiresAt, undefined)
})

test('an answer that is no token answer renews nothing', () => {
  for (const body of ['', '[]', '{}', '{"access_token":""}', '{"access_token":"a\\r\\nb: c"}'])
    assert.equal(renewedSource(edr(), body, now), undefined, body)
})
