import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test, type TestContext } from 'node:test'
import { Readable } from 'node:stream'
import { randomBytes } from 'node:crypto'
import type { SourceReader } from '../../src/application/ports/source-reader.ts'
import { Crash, MortalProcess, type CrashPoint } from '../support/crashing.ts'
import { crashWorld, type CrashWorld, type StoreFixture } from '../support/crashing-world.ts'
import { crashCases, type CrashCase } from '../support/crashing-cases.ts'
import { startStore } from '../support/store-fixture.ts'

const mebibyte = 1024 * 1024
const content = randomBytes(8 * mebibyte + 5)

/** One good file, with ranges. */
const sources: SourceReader = {
  open: (_source, start) => {
    const validator = {
      ...{ etag: '"1"', lastModified: null, bytes: content.length },
      ...{ acceptsRanges: true, contentType: null },
    }
    return Promise.resolve({ validator, start, body: Readable.from([content.subarray(start)]) })
  },
}

/** It is the process that dies here, not the machine: what it wrote may lie in memory. */
if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm'

let fixture: StoreFixture
before(async () => {
  fixture = await startStore()
})
after(() => fixture.stop())

interface Life {
  readonly end: unknown
  /** Effects of the process that was to die; of all of it when it did not. */
  readonly effects: readonly string[]
  readonly died: boolean
}

/** From the beginning to the end, with the process dying once on the way, or not at all. */
async function live(t: TestContext, one: CrashCase, point: CrashPoint | null): Promise<Life> {
  const world = await crashWorld(t, fixture, sources)
  const id = await one.begin(world)
  const ended = () => one.ended(world, id)
  const first = new MortalProcess(world.app, point)
  try {
    await world.run(first, ended)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    world.clock.now = new Date(world.clock.now.getTime() + 61_000)
    await world.run(new MortalProcess(world.app, null), ended)
  }
  const end = await one.end(world, id)
  await noteBuckets(world)
  await checkSequence(world)
  return { end, effects: first.effects, died: first.dead }
}

const bucketsOfWorkspaces = new Set<string>()

async function noteBuckets({ app }: CrashWorld): Promise<void> {
  for (const { bucket, state } of await app.database.read.workspaces.list({})) {
    if (state !== 'DELETED') bucketsOfWorkspaces.add(bucket)
  }
}

/** The event log has no gap and no event twice. */
async function checkSequence({ app }: CrashWorld): Promise<void> {
  for (const { id, lastSequence } of await app.database.read.workspaces.list({})) {
    const events = await app.database.read.events.list({
      where: { workspaceId: id },
      orderBy: 'sequence',
    })
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      Array.from({ length: lastSequence }, (_, index) => index + 1),
    )
  }
}

for (const one of crashCases) {
  test(`${one.name}: a crash at any effect comes to the same end`, async (t) => {
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
    const outside = undisturbed.effects.filter((effect) => effect !== 'database.transaction')
    t.diagnostic(
      `${one.name}: ${points} crash points (${outside.length} outside effects: ${[...new Set(outside)].join(', ')}; ${undisturbed.effects.length - outside.length} commits)`,
    )
    assert.ok(points >= one.atLeast, `only ${points}`)
  })
}

test('no life left a bucket that no workspace names', async () => {
  const buckets = await fixture.store.listBuckets(AbortSignal.timeout(60_000))
  assert.deepEqual(new Set(buckets), bucketsOfWorkspaces)
})
