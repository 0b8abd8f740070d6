import { setTimeout as pause } from 'node:timers/promises'
import type { AttemptFolder } from './attempt-folder.ts'
import { processSchema } from './documents.ts'
import { readDocument, writeDurably } from './durable-file.ts'
import { isLocked } from './folder-lock.ts'
import { endWorker, isAlive, send } from './processes.ts'

const supervisorEndsWithinMs = 5_000
const lookAgainMs = 50

/** Ends whatever of an attempt still runs: by request, and where that has no effect, by force. */
export async function endAttempt(folder: AttemptFolder, signal: AbortSignal): Promise<void> {
  if (isLocked(folder.lock)) await writeDurably(folder.stop, JSON.stringify({ graceSeconds: 0 }))
  const deadline = performance.now() + supervisorEndsWithinMs
  while (isLocked(folder.lock) && performance.now() < deadline) {
    await pause(lookAgainMs, undefined, { signal })
  }
  const supervisor = await readDocument(folder.supervisor, processSchema)
  if (isLocked(folder.lock) && supervisor !== null && (await isAlive(supervisor))) {
    send(supervisor.pid, 'SIGKILL')
  }
  await endWorker(await readDocument(folder.worker, processSchema), folder.root)
}
