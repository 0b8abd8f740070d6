import { inputsPrefix, jobsPrefix } from '../../domain/bucket-layout.ts'
import { FailureError } from '../../domain/failure.ts'
import { ProblemError } from '../../domain/problem.ts'
import { secondsFrom, type Application } from '../application.ts'
import { readGrant, requireLive, type Consumer } from './authenticate-consumer.ts'
import { sessionSeconds } from './issue-agent-credentials.ts'
import type { SessionCredentials } from '../ports/object-store.ts'
import { untilReady } from '../workspaces/until-ready.ts'

export type Access = 'read-write' | 'read'

/** A store session of the workspace, as short as it was asked for where the store allows. */
export async function issueSession(
  app: Application,
  consumer: Consumer,
  access: Access,
  wantedSeconds: number | undefined,
  signal: AbortSignal,
): Promise<SessionCredentials> {
  const workspace = await untilReady(app, consumer.workspace.id, signal)
  const seconds = sessionSeconds(app, workspace, wantedSeconds ?? app.settings.sessionSeconds)
  const until = secondsFrom(app.now(), seconds + 5)
  await app.database.transaction(async (tx) => {
    const grant = await readGrant(tx, consumer.grant.id)
    requireLive(grant ?? { access: 'ended' })
    const current = await tx.workspaces.get({ id: workspace.id })
    if ((current?.credentialsUntil ?? until) > until) return
    await tx.workspaces.update({ id: workspace.id }, { credentialsUntil: until })
  })
  const purpose = { kind: 'consumer', access } as const
  const session = await app.credentials
    .issue(workspace.bucket, purpose, seconds, signal)
    .catch(unavailable)
  const after = await readGrant(app.database.read, consumer.grant.id)
  requireLive(after ?? { access: 'ended' })
  return session
}

function unavailable(error: unknown): never {
  if (!(error instanceof FailureError)) throw error
  throw new ProblemError('store-unavailable', 'The object store gives no credentials now.', {
    cause: error,
    retryAfterSeconds: 5,
  })
}

/** What `POST /v1/credentials` answers. */
export async function issueCredentials(
  app: Application,
  consumer: Consumer,
  access: Access,
  wantedSeconds: number | undefined,
  signal: AbortSignal,
) {
  const session = await issueSession(app, consumer, access, wantedSeconds, signal)
  return {
    endpoint: app.store.publicEndpoint,
    region: app.store.region,
    bucket: consumer.workspace.bucket,
    forcePathStyle: app.store.forcePathStyle,
    accessKeyId: session.accessKeyId,
    secretAccessKey: session.secretAccessKey,
    sessionToken: session.sessionToken,
    expiresAt: session.expiresAt.toISOString(),
    read: [inputsPrefix, jobsPrefix],
    write: access === 'read' ? [] : [inputsPrefix],
  }
}
