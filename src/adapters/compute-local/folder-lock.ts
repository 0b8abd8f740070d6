import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'

const retryMs = 50

/**
 * Locks a file for as long as this process lives or until it is disposed of; null: another process has it after
 * `waitMs`. SQLite's lock is one of the operating system, which no kill leaves behind.
 */
export async function acquireLock(path: string, waitMs: number): Promise<Disposable | null> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const lock = tryLock(path)
    if (lock !== null || performance.now() >= deadline) return lock
    await pause(retryMs)
  }
}

function tryLock(path: string): Disposable | null {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return { [Symbol.dispose]: () => database.close() }
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** Whether a living process has the lock. Takes it for readers at most, and only for the moment. */
export function isLocked(path: string): boolean {
  let database
  try {
    database = new DatabaseSync(path, { timeout: 0, readOnly: true })
    database.prepare('SELECT count(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    return isBusy(error)
  } finally {
    database?.close()
  }
}

const busyCode = 5
const isBusy = (error: unknown) =>
  error instanceof Error && 'errcode' in error && error.errcode === busyCode
