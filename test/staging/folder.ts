import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export const noSignal = new AbortController().signal

/** A folder of the test's own. */
export async function ownFolder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'dsc-staging-'))
  await chmod(path, 0o755)
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}
