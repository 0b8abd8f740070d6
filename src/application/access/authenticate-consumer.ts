import { isFinalFlow } from '../../domain/data-flow.ts'
import type { Grant } from '../../domain/grant.ts'
import { ProblemError } from '../../domain/problem.ts'
import { hasEnded, isReadable, type Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import type { Records } from '../ports/database.ts'

/** Who calls the consumer API: the holder of a genuine token, as the database has its grant right now. */
export interface Consumer {
  readonly grant: Grant
  readonly workspace: Workspace
  /** The process of the flow that the token is bound to; null after a push. */
  readonly processId: string | null
  /** `reading`: ended, retained, and reopened by the operator. */
  readonly access: 'live' | 'suspended' | 'ended' | 'reading'
  readonly tokenExpiresAt: Date
}

/**
 * The holder of an access token, `Bearer T` or bare `T`. Throws `unauthenticated` or `token-expired`; suspended and ended
 * workspaces are told by `access`, since state and events can still be read.
 */
export async function authenticateConsumer(
  app: Application,
  authorization: string | undefined,
): Promise<Consumer> {
  const token = (authorization ?? '').replace(/^bearer\s+/i, '').trim()
  const claims = app.tokens.verify('access', token)
  const found = claims === undefined ? undefined : await readGrant(app.database.read, claims.id)
  if (claims === undefined || found === undefined) throw unauthenticated()
  const tokenExpiresAt = new Date(claims.number)
  if (tokenExpiresAt <= app.now()) {
    throw new ProblemError('token-expired', 'The access token has expired.', {
      nextStep: 'Refresh it at POST /v1/token.',
    })
  }
  return { ...found, tokenExpiresAt }
}

const unauthenticated = () =>
  new ProblemError('unauthenticated', 'A valid access token is needed.', {
    nextStep: 'Send the token that came through the connector: Authorization: Bearer …',
  })

/** The grant with its workspace and what it opens now; undefined when it opens nothing at all. */
export async function readGrant(
  records: Records,
  grantId: string,
): Promise<Omit<Consumer, 'tokenExpiresAt'> | undefined> {
  const grant = await records.grants.get({ id: grantId })
  const workspace = grant && (await records.workspaces.get({ id: grant.workspaceId }))
  if (grant === undefined || workspace === undefined) return undefined
  const flow = grant.flowId === null ? undefined : await records.flows.get({ id: grant.flowId })
  const processId = flow?.processId ?? null
  if (hasEnded(workspace)) {
    return { grant, workspace, processId, access: isReadable(workspace) ? 'reading' : 'ended' }
  }
  if (grant.flowId !== null && (flow === undefined || isFinalFlow(flow))) return undefined
  const suspended = flow?.state === 'SUSPENDED' || workspace.state === 'SUSPENDED'
  return { grant, workspace, processId, access: suspended ? 'suspended' : 'live' }
}

/** Throws `workspace-suspended` or `workspace-ended` unless everything is open. */
export function requireLive({ access }: Pick<Consumer, 'access'>): void {
  if (access !== 'live') throw notLive(access)
}

/** As `requireLive`, but what is retained and reopened may be read too. */
export function requireReadable({ access }: Pick<Consumer, 'access'>): void {
  if (access !== 'reading') requireLive({ access })
}

/** Why the holder of a genuine token is refused. */
export function notLive(access: Exclude<Consumer['access'], 'live'>): ProblemError {
  return access === 'suspended'
    ? new ProblemError(
        'workspace-suspended',
        'The transfer process or the workspace is suspended.',
        { nextStep: 'Resume the transfer at the connector; the same token works again then.' },
      )
    : new ProblemError('workspace-ended', 'The workspace has ended.', {
        nextStep: 'Negotiate a new agreement. GET /v1/workspace still shows the end.',
      })
}

/** How soon after its grant a stream ends at the latest. */
const watchIntervalMs = 2000

/**
 * A signal for streams: ends when the grant is not live any more (within seconds, on every replica), or with `signal`.
 */
export function grantSignal(
  app: Application,
  consumer: Consumer,
  signal: AbortSignal,
): AbortSignal {
  const revoked = new AbortController()
  const ended = AbortSignal.any([revoked.signal, signal])
  const watch = async () => {
    for (;;) {
      await app.changes.wait(consumer.workspace.id, watchIntervalMs, ended)
      if (ended.aborted) return
      const now = await readGrant(app.database.read, consumer.grant.id)
      if (now === undefined) revoked.abort(unauthenticated())
      else if (now.access !== 'live' && now.access !== consumer.access) {
        revoked.abort(notLive(now.access))
      }
    }
  }
  watch().catch((error: unknown) => revoked.abort(error))
  return ended
}
