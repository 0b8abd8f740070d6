import { encodeBytes, newId } from '../../domain/ids.ts'
import { defaultLimits } from '../../domain/compute-service.ts'
import { ProblemError } from '../../domain/problem.ts'
import { earlier, openKeyOf, type Workspace, type WorkspaceLimits } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { tellWorkspace } from '../telling/record-change.ts'

export interface WorkspaceWish {
  readonly participantContextId: string
  readonly agreementId: string
  /** The consumer. */
  readonly participantId: string
  readonly kind: 'compute' | 'data'
  readonly services: readonly string[]
  /** Whether the flow that joins is a provider-side pull. */
  readonly pull: boolean
}

/**
 * The open workspace of an agreement, made when there is none. Its services grow by those of the message.
 * Throws `state-conflict` when the agreement's workspace belongs to another consumer, `agreement-ended` when the
 * agreement is known to have ended.
 */
export async function joinWorkspace(
  app: Application,
  tx: Transaction,
  wish: WorkspaceWish,
): Promise<Workspace> {
  const { participantContextId, agreementId } = wish
  const agreementEndsAt = wish.kind === 'compute' ? await notedEnd(tx, wish) : null
  refuseEnded(app, agreementEndsAt)
  const openKey = openKeyOf(participantContextId, wish.kind, agreementId)
  const open = await tx.workspaces.first({ openKey })
  return open === undefined
    ? makeWorkspace(app, tx, wish, { openKey, agreementEndsAt })
    : takeUp(app, tx, open, wish)
}

/** As an earlier workspace of the agreement has learnt it. */
async function notedEnd(
  tx: Transaction,
  { participantContextId, agreementId }: WorkspaceWish,
): Promise<Date | null> {
  const note = await tx.endedAgreements.get({ participantContextId, agreementId })
  return note?.endedAt ?? null
}

function refuseEnded(app: Application, endsAt: Date | null): void {
  if (endsAt === null || endsAt > app.now()) return
  throw new ProblemError('agreement-ended', 'The agreement has ended.', {
    nextStep: 'Negotiate a new agreement.',
  })
}

async function takeUp(
  app: Application,
  tx: Transaction,
  open: Workspace,
  wish: WorkspaceWish,
): Promise<Workspace> {
  if (open.participantId !== wish.participantId) {
    throw new ProblemError('state-conflict', 'The agreement belongs to another participant.')
  }
  refuseEnded(app, open.agreementEndsAt)
  const services = [...new Set([...open.services, ...wish.services])]
  const hadPullFlow = open.hadPullFlow || wish.pull
  const limits = services.length > open.services.length ? await limitsOf(tx, services) : open.limits
  await tx.workspaces.update({ id: open.id }, { services, hadPullFlow, limits })
  await tx.work.schedule('workspace', open.id, app.now())
  return { ...open, services, hadPullFlow, limits }
}

async function makeWorkspace(
  app: Application,
  tx: Transaction,
  wish: WorkspaceWish,
  { openKey, agreementEndsAt }: Pick<Workspace, 'openKey' | 'agreementEndsAt'>,
): Promise<Workspace> {
  const now = app.now()
  const expiresAt = secondsFrom(now, await lifeSecondsOf(app, tx, wish.services))
  const workspace: Workspace = {
    id: newId('ws', now, app.randomBytes(10)),
    participantContextId: wish.participantContextId,
    agreementId: wish.agreementId,
    participantId: wish.participantId,
    kind: wish.kind,
    openKey,
    bucket: `${app.settings.bucketPrefix}${encodeBytes(app.randomBytes(16))}`,
    state: 'PROVISIONING',
    stateReason: null,
    failure: null,
    services: wish.services,
    limits: await limitsOf(tx, wish.services),
    storageBytes: 0,
    storageObjects: 0,
    measuredAt: null,
    createdAt: now,
    readyAt: null,
    expiresAt: earlier(expiresAt, agreementEndsAt),
    agreementEndsAt,
    hadPullFlow: wish.pull,
    suspendedByOperator: false,
    lingerUntil: null,
    endCause: null,
    closingSince: null,
    endedAt: null,
    closing: {},
    credentialsUntil: null,
    storeAccess: 'open',
    lastSequence: 0,
    expiringTold: null,
  }
  await tx.workspaces.insert(workspace)
  await tellWorkspace(app, tx, workspace, 'workspace.provisioning')
  await tx.work.schedule('workspace', workspace.id, now)
  return workspace
}

async function newestLimits(tx: Transaction, services: readonly string[]) {
  const found = []
  for (const id of services) {
    const service = await tx.services.get({ id })
    if (service === undefined) continue
    const newest = await tx.serviceVersions.get({ serviceId: id, version: service.version })
    if (newest !== undefined) found.push(newest.content.limits)
  }
  return found
}

/** The most generous of the services that the workspace may use. */
async function limitsOf(tx: Transaction, services: readonly string[]): Promise<WorkspaceLimits> {
  const limits = await newestLimits(tx, services)
  if (limits.length === 0) return { storageBytes: defaultLimits.storageBytes, concurrentJobs: 0 }
  return {
    storageBytes: Math.max(...limits.map(({ storageBytes }) => storageBytes)),
    concurrentJobs: Math.max(...limits.map(({ concurrentJobs }) => concurrentJobs)),
  }
}

async function lifeSecondsOf(
  app: Application,
  tx: Transaction,
  services: readonly string[],
): Promise<number> {
  const given = (await newestLimits(tx, services)).map((limits) => limits.workspaceSeconds)
  const known = given.filter((seconds) => seconds !== null)
  return known.length === 0 ? app.settings.workspaceSeconds : Math.max(...known)
}
