import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { FailureError } from '../../domain/failure.ts'
import type { AttemptFolder } from './attempt-folder.ts'

/** All that a supervisor gets of our own environment; the service's secrets are not among it. */
const passedOn = [
  'PATH',
  'TZ',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

/** Starts the supervisor of an attempt in a session of its own, so that it outlives this process and its terminal. */
export async function startSupervisor(
  program: readonly string[],
  folder: AttemptFolder,
): Promise<ChildProcess> {
  const [command, ...args] = program
  if (command === undefined) throw new FailureError('internal', 'No program for the agent.')
  const log = await open(folder.agentLog, 'a', 0o600)
  try {
    const child = spawn(command, [...args, '--local', folder.path], {
      cwd: folder.path,
      detached: true,
      env: Object.fromEntries(passedOn.flatMap((name) => variable(name))),
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    await once(child, 'spawn')
    return child
  } catch (error) {
    throw new FailureError('internal', 'The agent of this attempt cannot be started.', {
      cause: error,
    })
  } finally {
    await log.close()
  }
}

function variable(name: string): [string, string][] {
  const value = process.env[name]
  return value === undefined ? [] : [[name, value]]
}
