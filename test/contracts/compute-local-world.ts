import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { LocalBackend } from '../../src/adapters/compute-local/local-backend.ts'
import { noSignal, type SuiteWorld } from './compute-backend-harness.ts'
import { LocalStore } from './compute-local-store.ts'

const program = [process.execPath, join(import.meta.dirname, 'agent-program.ts')]

export interface LocalWorld extends SuiteWorld {
  readonly store: LocalStore
  readonly backend: LocalBackend
  readonly directory: string
  /** A backend as a restarted service would make it. */
  readonly another: () => LocalBackend
}

/** A local backend and an embedded store in a folder of the test's own. */
export async function localWorld(t: TestContext): Promise<LocalWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'dsc-local-'))
  const store = await LocalStore.start(folder)
  const directory = join(folder, 'attempts')
  const another = () =>
    new LocalBackend({ directory, program, log: { warn: () => undefined }, pollMs: 200 })
  const backend = another()
  t.after(async () => {
    for (const ref of await backend.list(noSignal)) await backend.remove(ref, noSignal)
    await store.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return { store, backend, directory, another }
}
