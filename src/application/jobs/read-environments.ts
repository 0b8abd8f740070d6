import { parseDotenv } from '../../domain/dotenv.ts'
import { FailureError } from '../../domain/failure.ts'
import type { PinnedObject } from '../../domain/job.ts'
import { maxDotenvBytes } from '../../domain/staging-bounds.ts'
import type { Application } from '../application.ts'
import { PreconditionError } from '../ports/object-store.ts'
import type { JobContext } from './job-context.ts'

/** The variables of the job's inputs of kind `environment`, in the service's order, exactly as pinned. */
export async function readEnvironments(
  { app, job, workspace, version }: JobContext,
  signal: AbortSignal,
): Promise<readonly ReadonlyMap<string, string>[]> {
  const environments: ReadonlyMap<string, string>[] = []
  for (const { name, kind } of version.content.inputs) {
    const [object] = job.pins?.[name]?.objects ?? []
    if (kind !== 'environment' || object === undefined) continue
    if (object.bytes > maxDotenvBytes) throw tooLarge(name)
    const text = await readPinned(app, workspace.bucket, object, signal)
    environments.push(parseDotenv(text, name))
  }
  return environments
}

async function readPinned(
  app: Application,
  bucket: string,
  { key, etag }: PinnedObject,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    const found = await app.store.read(bucket, key, { ifMatch: etag }, signal)
    if (found === null) throw changed(key)
    const chunks: Buffer[] = []
    for await (const chunk of found.body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch (error) {
    throw error instanceof PreconditionError ? changed(key, error) : error
  }
}

const tooLarge = (name: string) =>
  new FailureError(
    'environment-invalid',
    `Input ${name}: is larger than ${maxDotenvBytes / 1024} KiB.`,
  )

const changed = (key: string, cause?: unknown) =>
  new FailureError('input-changed', `The object ${key} is not the one that the job took.`, {
    cause,
  })
