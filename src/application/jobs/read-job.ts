import type { Readable } from 'node:stream'
import { manifestKey, manifestSignatureKey } from '../../domain/bucket-layout.ts'
import { isFinalJob, type Attempt, type Job, type VerifiedOutput } from '../../domain/job.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'

/** A job of this workspace with its attempts. Throws `not-found`. */
export async function readJob(
  app: Application,
  workspaceId: string,
  id: string,
): Promise<{ readonly job: Job; readonly attempts: readonly Attempt[] }> {
  const { read } = app.database
  const job = await read.jobs.first({ id, workspaceId })
  if (job === undefined) throw new ProblemError('not-found', 'There is no such job.')
  const attempts = await read.attempts.list({ where: { jobId: id }, orderBy: 'number' })
  return { job, attempts }
}

/** What the job's last attempt left and the service verified; empty before its end. */
export async function readOutputs(
  app: Application,
  workspaceId: string,
  id: string,
): Promise<readonly VerifiedOutput[]> {
  const { job, attempts } = await readJob(app, workspaceId, id)
  return isFinalJob(job) ? (attempts.at(-1)?.outputs ?? []) : []
}

/** The objects of one output. Throws `not-found` when the job left none of that name (and path). */
export async function readOutput(
  app: Application,
  workspaceId: string,
  id: string,
  name: string,
  path: string | undefined,
): Promise<readonly VerifiedOutput[]> {
  const outputs = await readOutputs(app, workspaceId, id)
  const found = outputs.filter(
    (output) => output.name === name && (path === undefined || output.path === path),
  )
  if (found.length > 0) return found
  throw new ProblemError('not-found', 'The job has left no such output.')
}

/** The manifest's text and its signature. Throws `not-found` before the job's end. */
export async function readManifest(
  app: Application,
  workspace: Workspace,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly signature: string }> {
  const { job } = await readJob(app, workspace.id, id)
  const [text, signature] = await Promise.all([
    readText(app, workspace.bucket, manifestKey(job.id), signal),
    readText(app, workspace.bucket, manifestSignatureKey(job.id), signal),
  ])
  if (isFinalJob(job) && text !== null && signature !== null) return { text, signature }
  throw new ProblemError('not-found', 'The job has no manifest (yet).')
}

async function readText(app: Application, bucket: string, key: string, signal: AbortSignal) {
  const read = await app.store.read(bucket, key, {}, signal)
  if (read === null) return null
  const chunks: Buffer[] = []
  for await (const chunk of read.body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** The worker's log of an attempt (default: the newest): live while it runs, from the bucket afterwards. */
export async function readLogs(
  app: Application,
  workspace: Workspace,
  id: string,
  options: { readonly follow: boolean; readonly attempt: number | undefined },
  signal: AbortSignal,
): Promise<Readable | null> {
  const { attempts } = await readJob(app, workspace.id, id)
  const attempt =
    options.attempt === undefined
      ? attempts.at(-1)
      : attempts.find(({ number }) => number === options.attempt)
  if (attempt === undefined) {
    if (options.attempt === undefined) return null
    throw new ProblemError('not-found', 'The job has no such attempt.')
  }
  if (attempt.log !== null) {
    return (await app.store.read(workspace.bucket, attempt.log.key, {}, signal))?.body ?? null
  }
  if (attempt.endedAt !== null) return null
  return app.compute.logs({ jobId: id, attempt: attempt.number }, options.follow, signal)
}
