import { inputDirectoryPrefix } from '../../domain/bucket-layout.ts'
import { FailureError } from '../../domain/failure.ts'
import { isFinalJob, type Job } from '../../domain/job.ts'
import type { Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { AgentCredentials } from '../ports/compute-backend.ts'
import type { Pass } from '../reconciler.ts'

/** The length of a store session: within what the store and the workspace allow. */
export function sessionSeconds(app: Application, workspace: Workspace, wanted: number): number {
  const left = Math.floor((workspace.expiresAt.getTime() - app.now().getTime()) / 1000)
  const { minimumSeconds, maximumSeconds } = app.credentials
  const longest = Math.min(wanted, app.settings.sessionSeconds, left, maximumSeconds)
  return Math.max(longest, minimumSeconds)
}

/**
 * A session for the agent of the job's living attempt. The workspace's `credentialsUntil` is raised before the store is
 * asked, and the states are read again before anything is handed out.
 */
export async function issueAgentCredentials(
  app: Application,
  pass: Pass,
  workspace: Workspace,
  job: Job,
): Promise<AgentCredentials> {
  const seconds = sessionSeconds(app, workspace, app.settings.sessionSeconds)
  const until = secondsFrom(app.now(), seconds + 5)
  await pass.record(async (tx) => {
    const current = await tx.workspaces.get({ id: workspace.id })
    if (current === undefined || !mayDeliver(current)) throw ended()
    if ((current.credentialsUntil ?? until) <= until) {
      await tx.workspaces.update({ id: current.id }, { credentialsUntil: until })
    }
  })
  const inputs = Object.values(job.pins ?? {}).flatMap(({ input, objects }) =>
    objects.length === 1 ? objects.map(({ key }) => key) : [inputDirectoryPrefix(input)],
  )
  const purpose = { kind: 'agent', jobId: job.id, attempt: job.attempt, inputs } as const
  const session = await app.credentials.issue(workspace.bucket, purpose, seconds, pass.signal)
  const [after, jobAfter] = await Promise.all([
    app.database.read.workspaces.get({ id: workspace.id }),
    app.database.read.jobs.get({ id: job.id }),
  ])
  if (after === undefined || !mayDeliver(after) || !jobAfter || isFinalJob(jobAfter)) throw ended()
  const { region, forcePathStyle } = app.store
  return { ...session, endpoint: app.store.endpoint, region, forcePathStyle }
}

const mayDeliver = ({ state }: Workspace) => state === 'READY' || state === 'SUSPENDED'
const ended = () => new FailureError('workspace-ended', 'The workspace has ended.')
