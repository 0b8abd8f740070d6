import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restartConnector } from '../../support/edc-connectors.ts'
import { until } from '../../support/until.ts'
import type { Trouble, Way } from '../../support/way.ts'
import { offerPush, pushByCompute } from './data-provider.ts'
import { compute, consumer, startJourney, type Journey, type Opened } from './journey.ts'
import { nothingIsLeft, storeAccess } from './nothing-left.ts'
import { inputs, put } from './steps.ts'

/** Requests to one way whose path ends so. */
const passed = (way: Way, end: RegExp) => way.passed.filter(({ path }) => end.test(path))

/** Troubles the first `count` requests whose path ends so. */
function trouble(way: Way, end: RegExp, count: number, what: Trouble): void {
  let left = count
  way.trouble = ({ path }) => {
    if (!end.test(path) || left === 0) return undefined
    left -= 1
    return what
  }
}

interface Listed {
  readonly items: readonly { readonly state: string; readonly processId?: string }[]
}

const flowState = async (journey: Journey, { workspaceId }: Opened) =>
  (await journey.manage<Listed>(`flows?workspaceId=${workspaceId}`)).items[0]?.state

/** Four tries of one message, each sent three times where connections break. */
const mostRepeats = 12

for (const [name, what, count] of [
  ['slow', { delayMs: 1500 }, 2],
  ['failing', 503, 2],
  ['reset', 'reset', 4],
  ['lost', 'lost', 4],
] as const satisfies readonly (readonly [string, Trouble, number])[]) {
  test(`our answers ${name}: the transfer begins and ends right, with one workspace`, async () => {
    await using journey = await startJourney({ variables: { DSC_LINGER_SECONDS: '0' } })
    const { signaling } = journey
    trouble(signaling, /\/start$/, count, what)
    const opened = await journey.openNew()
    const store = await storeAccess(opened)
    const starts = passed(signaling, /\/start$/).length
    assert.ok(starts <= mostRepeats, `${starts} starts`)
    assert.equal((await journey.manage<Listed>('workspaces')).items.length, 1)

    trouble(signaling, /\/suspend$/, count, what)
    await consumer.transfers.suspend(opened.consumerId)
    await until('suspended', async () => (await flowState(journey, opened)) === 'SUSPENDED')
    await compute.transfers.reaches(opened.providerId, 'SUSPENDED')
    trouble(signaling, /\/start$/, count, what)
    await consumer.transfers.resume(opened.consumerId)
    await consumer.transfers.reaches(opened.consumerId, 'STARTED')
    assert.equal((await opened.consumer.call('GET', '/inputs')).status, 200)

    trouble(signaling, /\/terminate$/, count, what)
    await consumer.transfers.terminate(opened.consumerId)
    await nothingIsLeft(journey, { transfers: [opened], store })
    for (const end of [/\/suspend$/, /\/terminate$/]) {
      const sent = passed(signaling, end).length
      assert.ok(sent > 0 && sent <= mostRepeats, `${sent} of ${String(end)}`)
    }
  })
}

test("the connector's callback endpoint fails: our callbacks are repeated with pauses until they are taken", async () => {
  await using journey = await startJourney()
  const { callbacks } = journey
  await using offer = await offerPush(Buffer.from('a,b\n'))
  const opened = await journey.openNew()
  const store = await storeAccess(opened)
  trouble(callbacks, /\/provisioned$/, 3, 500)
  const pushed = await pushByCompute(offer, opened.workspaceId, 'pushed.csv')
  await until('its end', () => passed(journey.signaling, /\/terminate$/).length > 0)
  assert.deepEqual(await inputs(opened), { 'pushed.csv': 'AVAILABLE' })
  await compute.transfers.reaches(pushed.consumerId, 'COMPLETED')
  assert.equal(passed(callbacks, /\/provisioned$/).length, 4)

  trouble(callbacks, /\/complete$/, 4, 503)
  await opened.consumer.call('DELETE', '/workspace')
  await consumer.transfers.reaches(opened.consumerId, 'COMPLETED')
  await nothingIsLeft(journey, { transfers: [opened], store })
  const completes = passed(callbacks, /\/complete$/)
  assert.equal(completes.length, 5)
  const pauses = completes.slice(1).map(({ at }, index) => at - (completes[index]?.at ?? 0))
  for (const [index, pause] of pauses.entries()) {
    assert.ok(pause >= 200 * 2 ** index, `pause ${index} is ${pause} ms`)
  }
})

test('an answer to our callback that is lost: it is repeated, and what the connector then says is understood', async () => {
  await using journey = await startJourney()
  const opened = await journey.openNew()
  const store = await storeAccess(opened)
  trouble(journey.callbacks, /\/complete$/, 1, 'lost')
  await opened.consumer.call('DELETE', '/workspace')
  await nothingIsLeft(journey, { transfers: [opened], store })
  assert.equal(passed(journey.callbacks, /\/complete$/).length, 2)
})

test('our service is killed between any two messages, and started again: both sides end right', async () => {
  await using journey = await startJourney({ variables: { DSC_LINGER_SECONDS: '0' } })
  const { signaling, callbacks } = journey
  const restart = async () => {
    await journey.kill()
    await journey.startAgain()
  }
  let restarted: Promise<void> | undefined
  signaling.trouble = ({ path }) => {
    if (!path.endsWith('/start') || restarted !== undefined) return undefined
    restarted = restart()
    return 'lost'
  }
  const first = await journey.openNew()
  await restarted
  signaling.trouble = () => undefined
  const store = await storeAccess(first)
  await put(first, 'kept.csv', 'a,b')

  await consumer.transfers.suspend(first.consumerId)
  await compute.transfers.reaches(first.providerId, 'SUSPENDED')
  await restart()
  await consumer.transfers.resume(first.consumerId)
  await consumer.transfers.reaches(first.consumerId, 'STARTED')
  await restart()
  assert.deepEqual(await inputs(first), { 'kept.csv': 'AVAILABLE' })

  callbacks.trouble = ({ path }) => (path.endsWith('/complete') ? 503 : undefined)
  await first.consumer.call('DELETE', '/workspace')
  await until('a refused callback', () => passed(callbacks, /\/complete$/).length > 0)
  await restart()
  callbacks.trouble = () => undefined
  await consumer.transfers.reaches(first.consumerId, 'COMPLETED')
  await nothingIsLeft(journey, { transfers: [first], store })

  const second = await journey.openNew()
  const secondStore = await storeAccess(second)
  await journey.kill()
  await consumer.transfers.terminate(second.consumerId)
  await journey.startAgain()
  await nothingIsLeft(journey, { transfers: [second], store: secondStore })
})

test('a management API that fails or refuses us ends nothing, and is not asked all the time', async () => {
  await using journey = await startJourney({ variables: { DSC_RECHECK_SECONDS: '1' } })
  const { management } = journey
  const opened = await journey.openNew()
  const asked = () => passed(management, new RegExp(`/transferprocesses/${opened.providerId}$`))
  for (const what of [500, 401, 'reset'] as const) {
    management.trouble = () => what
    const before = asked().length
    const since = performance.now()
    await until(`answers ${what}`, () => asked().length - before >= 3)
    assert.equal(await flowState(journey, opened), 'STARTED')
    assert.ok(performance.now() - since > 1500, 'not more than one question in half a second')
  }
  management.trouble = () => undefined
  assert.equal((await opened.consumer.call('GET', '/inputs')).status, 200)
})

test('a connector that has forgotten everything: the flow ends by three answers over the recheck time, its data not before', async () => {
  const recheckSeconds = 4
  await using journey = await startJourney({
    variables: { DSC_RECHECK_SECONDS: String(recheckSeconds), DSC_LINGER_SECONDS: '2' },
  })
  const { management } = journey
  const opened = await journey.openNew()
  const store = await storeAccess(opened)
  await put(opened, 'kept.csv', 'a,b')
  const path = new RegExp(`/transferprocesses/${opened.providerId}$`)
  await restartConnector('compute')
  const absences = () => passed(management, path).filter(({ status }) => status === 404)
  while ((await flowState(journey, opened)) === 'STARTED') {
    assert.deepEqual(await inputs(opened), { 'kept.csv': 'AVAILABLE' })
    await until('another answer or the end', async () => {
      const count = absences().length
      return (await flowState(journey, opened)) !== 'STARTED' || absences().length > count
    }).catch(() => undefined)
  }
  assert.equal(await flowState(journey, opened), 'TERMINATED')
  const [first, ...more] = absences()
  const last = more.at(-1)
  assert.ok(more.length >= 2 && more.length <= 4, `${more.length + 1} answers`)
  assert.ok((last?.at ?? 0) - (first?.at ?? 0) >= recheckSeconds * 1000 - 100)
  assert.equal(await journey.workspaceState(opened.workspaceId), 'SUSPENDED', 'it lingers')
  await nothingIsLeft(journey, { transfers: [opened], store, forgotten: true })
  await journey.registered()
  const next = await journey.openNew()
  assert.notEqual(next.workspaceId, opened.workspaceId)
})
