import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { policyEnd } from '../../src/domain/policy-end.ts'

const signedAt = new Date('2026-11-24T09:00:00.000Z')
const edc = 'https://w3id.org/edc/v0.0.1/ns/'

const constraint = (rightOperand: unknown, operator: unknown = 'lteq') => ({
  leftOperand: `${edc}inForceDate`,
  operator,
  rightOperand,
})
const permitted = (...constraints: readonly unknown[]) => ({
  '@type': 'Agreement',
  permission: [{ action: 'use', constraint: constraints }],
})

/** The agreement of a contract of 15 seconds as EDC 0.15.1 shows it. */
const compacted = {
  '@id': '0b9f',
  '@type': 'odrl:Agreement',
  'odrl:permission': {
    'odrl:action': { '@id': 'odrl:use' },
    'odrl:constraint': {
      'odrl:leftOperand': { '@id': 'edc:inForceDate' },
      'odrl:operator': { '@id': 'odrl:lteq' },
      'odrl:rightOperand': 'contractAgreement+15s',
    },
  },
  'odrl:prohibition': [],
  'odrl:obligation': [],
  'odrl:target': { '@id': 's1' },
}

const expanded = {
  'http://www.w3.org/ns/odrl/2/permission': [
    {
      'http://www.w3.org/ns/odrl/2/constraint': [
        {
          'http://www.w3.org/ns/odrl/2/and': [
            {
              '@list': [
                {
                  'http://www.w3.org/ns/odrl/2/leftOperand': [{ '@id': `${edc}inForceDate` }],
                  'http://www.w3.org/ns/odrl/2/operator': [
                    { '@id': 'http://www.w3.org/ns/odrl/2/lt' },
                  ],
                  'http://www.w3.org/ns/odrl/2/rightOperand': [
                    { '@value': '2026-12-01T00:00:00Z' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
}

const ends: readonly (readonly [string, unknown, string])[] = [
  ['seconds after the signing', permitted(constraint('contractAgreement+15s')), '09:00:15'],
  ['minutes after it', permitted(constraint('contractAgreement+10m')), '09:10:00'],
  ['hours after it', permitted(constraint('contractAgreement+2h')), '11:00:00'],
  ['a moment', permitted(constraint('2026-11-24T10:00:00Z')), '10:00:00'],
  ['a moment with an offset', permitted(constraint('2026-11-24T12:00:00+02:00')), '10:00:00'],
  [
    'a typed value',
    permitted(constraint({ '@value': '2026-11-24T10:00:00.123456789Z', '@type': 'xsd:dateTime' })),
    '10:00:00.123',
  ],
  ['the other spelling', permitted(constraint('contractagreement+1m')), '09:01:00'],
  ['before the signing', permitted(constraint('contractAgreement+-60s')), '08:59:00'],
  ['EDC’s own operator', permitted(constraint('contractAgreement+1m', 'LEQ')), '09:01:00'],
  ['less than', permitted(constraint('contractAgreement+1m', 'odrl:lt')), '09:01:00'],
  [
    'an operator as an object',
    permitted(constraint('contractAgreement+1m', { '@id': 'http://www.w3.org/ns/odrl/2/lteq' })),
    '09:01:00',
  ],
  [
    'the earliest of several',
    permitted(
      constraint('contractAgreement+2h'),
      constraint('contractAgreement+1m'),
      constraint('contractAgreement+1d'),
    ),
    '09:01:00',
  ],
  [
    'the earliest of all permissions',
    {
      permission: [
        { constraint: constraint('contractAgreement+2h') },
        { constraint: constraint('contractAgreement+1m') },
      ],
    },
    '09:01:00',
  ],
  [
    'beside a start and another condition, all of which must hold',
    permitted({
      '@type': 'LogicalConstraint',
      'odrl:and': [
        constraint('contractAgreement+0s', 'odrl:gteq'),
        { leftOperand: 'region', operator: 'eq', rightOperand: 'eu' },
        { and: [constraint('contractAgreement+5m')] },
      ],
    }),
    '09:05:00',
  ],
  ['compacted with prefixes, single values for lists', compacted, '09:00:15'],
]

for (const [what, policy, time] of ends) {
  test(`the end of an agreement is read: ${what}`, () => {
    assert.deepEqual(policyEnd(policy, signedAt), new Date(`2026-11-24T${time}Z`))
  })
}

test('days are counted, and expanded JSON-LD is read', () => {
  const days = permitted(constraint('contractAgreement+30d'))
  assert.deepEqual(policyEnd(days, signedAt), new Date('2026-12-24T09:00:00.000Z'))
  assert.deepEqual(policyEnd(expanded, null), new Date('2026-12-01T00:00:00.000Z'))
})

const none: readonly (readonly [string, unknown])[] = [
  ['no policy', undefined],
  ['an empty policy', { permission: [], prohibition: [], obligation: [] }],
  ['a start is no end', permitted(constraint('contractAgreement+15s', 'gteq'))],
  ['another left operand', permitted({ ...constraint('2026-11-24T10:00:00Z'), leftOperand: 'x' })],
  [
    'the same name of another vocabulary',
    permitted({
      ...constraint('2026-11-24T10:00:00Z'),
      leftOperand: 'https://example.com/inForceDate',
    }),
  ],
  ['one of several conditions', permitted({ or: [constraint('contractAgreement+15s')] })],
  ['exactly one of several', permitted({ xone: [constraint('contractAgreement+15s')] })],
  ['a prohibition', { prohibition: [{ constraint: constraint('contractAgreement+15s') }] }],
  ['no unit', permitted(constraint('contractAgreement+15'))],
  ['a time without a zone', permitted(constraint('2026-11-24T10:00:00'))],
  ['a day', permitted(constraint('2026-11-24'))],
  ['no moment that exists', permitted(constraint('2026-13-24T10:00:00Z'))],
  ['beyond all time', permitted(constraint('contractAgreement+999999999999d'))],
]

for (const [what, policy] of none) {
  test(`no end is read from what names none: ${what}`, () => {
    assert.equal(policyEnd(policy, signedAt), null)
  })
}

test('an end counted from a signing that is not known is none', () => {
  assert.equal(policyEnd(permitted(constraint('contractAgreement+15s')), null), null)
})

test('whatever a policy is, the answer is a time that exists, or none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      for (const policy of [
        value,
        permitted(value),
        permitted(constraint(value)),
        permitted(constraint(text)),
      ]) {
        const end = policyEnd(policy, signedAt)
        assert.ok(end === null || !Number.isNaN(end.getTime()))
      }
    }),
  )
})
