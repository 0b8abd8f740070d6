import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import type { WorkKind } from '../../src/application/ports/work-queue.ts'
import { done, type Pass, type Reconciler } from '../../src/application/reconciler.ts'
import { startController, type ControllerOptions } from '../../src/controller/loop.ts'

/** A reconciler that does what the test says and notes the passes that began. */
export function reconcilerOf(
  run: (pass: Pass) => Promise<Awaited<ReturnType<Reconciler['run']>> | undefined>,
  more: Partial<Omit<Reconciler, 'run'>> = {},
) {
  const begun: string[] = []
  const reconciler: Reconciler = {
    kind: 'job',
    slots: 4,
    parkAfter: null,
    maxBackoffMs: 60_000,
    ...more,
    run: async (pass) => {
      begun.push(pass.id)
      return (await run(pass)) ?? done
    },
  }
  return { reconciler, begun }
}

/** A loop over a real database, with a clock that the test moves. */
export async function controllerUnderTest(
  t: TestContext,
  reconcilers: readonly Reconciler[],
  options: Partial<ControllerOptions> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'dsc-controller-'))
  let wake: () => void = () => undefined
  const database = await openSqliteDatabase(join(folder, 'db.sqlite'), () => wake())
  const clock = { now: new Date('2026-11-24T09:00:00.000Z') }
  const logged: string[] = []
  const note = (fields: object, message: string) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`)
  const start = () =>
    startController({
      database,
      reconcilers,
      owner: 'test',
      now: () => clock.now,
      random: () => 0.5,
      log: { debug: note, info: note, warn: note, error: note },
      pollMs: 20,
      ...options,
    })
  const controller = start()
  wake = () => controller.wake()
  t.after(async () => {
    await controller.stop(1000)
    await database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    database,
    controller,
    clock,
    logged,
    schedule: (id: string, kind: WorkKind = 'job') =>
      database.transaction((tx) => tx.work.schedule(kind, id, clock.now)),
    advance: (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms)
      controller.wake()
    },
  }
}
