import { activeJobStates } from '../../domain/job.ts'
import type { Workspace, WorkspaceState } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import { listMatching, type ListWish } from '../operating/list-operated.ts'
import { createdBetween, listPage, type Page } from '../page.ts'
import type { Where } from '../ports/database.ts'
import { workspaceRepresentation } from '../representations/workspace.ts'

/** Closing that takes longer than this is overdue. */
const overdueSeconds = 900

/** Workspaces, newest first. */
export async function listWorkspaces(
  app: Application,
  wish: ListWish<WorkspaceState> & {
    readonly agreementId?: string | undefined
    readonly participantId?: string | undefined
    readonly controlPlaneId?: string | undefined
  },
): Promise<Page<Workspace>> {
  const { state, agreementId, participantId, controlPlaneId, limit, cursor } = wish
  const { workspaces, flows } = app.database.read
  const where: Where<Workspace> = {
    ...(state === undefined ? {} : { state: { in: state } }),
    ...(agreementId === undefined ? {} : { agreementId }),
    ...(participantId === undefined ? {} : { participantId }),
    ...createdBetween(wish.createdAfter, wish.createdBefore),
  }
  if (controlPlaneId === undefined) return listPage(workspaces, { where, limit, cursor })
  return listMatching(workspaces, where, { limit, cursor }, async ({ id }) => {
    const flow = await flows.first({ workspaceId: id, controlPlaneId })
    return flow !== undefined
  })
}

/** A workspace as operators see it: also whose it is, and whether its closing is overdue. */
export async function operatedWorkspace(app: Application, workspace: Workspace) {
  const { read } = app.database
  const { id: workspaceId, closingSince } = workspace
  const services = await Promise.all(workspace.services.map((id) => read.services.get({ id })))
  const running = await read.jobs.count({ workspaceId, state: { in: activeJobStates } })
  const flow = await read.flows.first({ workspaceId })
  const known = services.filter((service) => service !== undefined)
  const shown = workspaceRepresentation(app, workspace, known, running)
  return {
    ...shown,
    store: workspace.readyAt === null ? null : shown.store,
    controlPlaneId: flow?.controlPlaneId ?? null,
    participantContextId: workspace.participantContextId,
    overdue:
      workspace.state === 'CLOSING' &&
      closingSince !== null &&
      secondsFrom(closingSince, overdueSeconds) < app.now(),
  }
}
