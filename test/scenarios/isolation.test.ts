import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  comparable,
  credentialOf,
  operationsOf,
  send,
  strayEntries,
  type Operation,
} from '../support/two-agreements-calls.ts'
import {
  idsThatNeverWere,
  startTwoAgreements,
  storedOf,
  type Side,
  type TwoAgreements,
} from '../support/two-agreements.ts'
import { until } from '../support/until.ts'

const apis = ['consumer', 'signaling', 'management'] as const
const operations = apis.flatMap(operationsOf)

test('every operation of the three documents has its line in the table, and no line is left over', () => {
  const missing = operations.filter(({ entry }) => entry === undefined).map(({ id }) => id)
  assert.deepEqual([missing, apis.flatMap(strayEntries)], [[], []])
  assert.ok(operations.length > 80, `only ${operations.length} operations`)
})

/** An answer to `caller` about the things of `owner`, and about things that never were. */
async function twoAnswers(two: TwoAgreements, operation: Operation, caller: Side, owner: Side) {
  const credential =
    operation.api === 'management'
      ? { 'x-api-key': caller.apiKey, authorization: `Bearer ${caller.ids.accessToken}` }
      : credentialOf(operation, caller)
  const never = idsThatNeverWere(owner.ids)
  const call = { operation, caller: caller.ids, foreign: true, credential }
  const existing = await send(two, { ...call, ids: owner.ids })
  const unknown = await send(two, { ...call, ids: never })
  return {
    status: existing.status,
    existing: comparable(existing, owner.ids),
    unknown: comparable(unknown, never),
  }
}

for (const agreementId of [undefined, 'the-same-agreement']) {
  const what =
    agreementId === undefined ? 'of two agreements' : 'of one agreementId in two contexts'
  describe(what, () => {
    let two: TwoAgreements
    before(async () => {
      two = await startTwoAgreements(agreementId === undefined ? {} : { agreementId })
    })
    after(() => two[Symbol.asyncDispose]())

    const named = operations
      .filter(({ entry }) => entry?.foreign !== null)
      .toSorted((a, b) => (a.entry?.turn ?? 0) - (b.entry?.turn ?? 0))
    for (const operation of named) {
      test(`${operation.api} ${operation.id} answers as for what never was, and changes nothing`, async () => {
        const stored = await storedOf(two.under, two.second)
        const answers = await twoAnswers(two, operation, two.first, two.second)
        assert.equal(answers.existing, answers.unknown)
        assert.equal(answers.status, operation.entry?.foreign)
        for (const secret of [two.second.bucket, two.second.ids.workspaceId])
          assert.ok(!answers.existing.includes(secret), answers.existing)
        assert.deepEqual(await storedOf(two.under, two.second), stored)
      })
    }

    test('each call with the own credential succeeds', async () => {
      await ownCalls(two, 'consumer', 0)
      await ownCalls(two, 'signaling', 0)
      await ownCalls(two, 'management', 0)
      await ownCalls(two, 'consumer', 9)
      await ownCalls(two, 'signaling', 9)
      await ownCalls(two, 'management', 9)
    })
  })
}

/** The calls of one API whose turn has come: by the second agreement; by the operator, about the first. */
async function ownCalls(two: TwoAgreements, api: (typeof apis)[number], lastTurn: number) {
  const firstTurn = lastTurn === 0 ? -9 : 1
  const due = operationsOf(api)
    .filter(({ entry: { turn = 0 } = {} }) => turn >= firstTurn && turn <= lastTurn)
    .toSorted((a, b) => (a.entry?.turn ?? 0) - (b.entry?.turn ?? 0))
  const side = api === 'management' ? two.first : two.second
  for (const operation of due) {
    await prepareFor(two, operation, side)
    const credential =
      api === 'management'
        ? { 'x-api-key': two.under.service.secrets.managementKey }
        : credentialOf(operation, side)
    const call = { operation, ids: side.ids, caller: side.ids, foreign: false, credential }
    const { status, text } = await send(two, call)
    assert.equal(status, operation.entry?.own, `${api} ${operation.id}: ${status} ${text}`)
  }
}

async function prepareFor(two: TwoAgreements, { id }: Operation, { ids }: Side) {
  const { read } = two.under.service.app.database
  if (id === 'getDeletionReport') {
    const { workspaceId } = ids
    await until('the report', async () => (await read.reports.get({ workspaceId })) !== undefined)
  }
  if (id === 'reopenWorkspace') {
    const key = { id: ids.workspaceId }
    await until('retained', async () => (await read.workspaces.get(key))?.state === 'RETAINED')
  }
  if (id === 'retryParked') await park(two, `${ids.deliveryId}x`)
}

/** Parks work that nothing else does: it is due in an hour only. */
async function park({ under }: TwoAgreements, id: string) {
  const { read } = under.service.app.database
  const later = new Date(Date.now() + 3_600_000)
  await read.work.schedule('callback', id, later)
  for (const lease of await read.work.claim('callback', 'test', 100, 1000, later)) {
    if (lease.id === id) await read.work.park(lease, 'test', new Date())
    else await read.work.release(lease, { dueAt: later, failures: 0 }, new Date())
  }
}
