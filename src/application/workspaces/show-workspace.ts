import { activeJobStates } from '../../domain/job.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { measureWorkspace } from './measure-workspace.ts'
import { workspaceRepresentation } from '../representations/workspace.ts'

const freshSeconds = 10

/** A workspace as its consumer sees it, measured anew when the last measure is older than ten seconds. */
export async function showWorkspace(app: Application, id: string, signal: AbortSignal) {
  const { read } = app.database
  const found = await read.workspaces.get({ id })
  if (found === undefined) throw new Error(`workspace ${id} is gone`)
  const workspace = await freshlyMeasured(app, found, signal)
  const services = []
  for (const serviceId of workspace.services) {
    const service = await read.services.get({ id: serviceId })
    if (service !== undefined) services.push(service)
  }
  const running = await read.jobs.count({ workspaceId: id, state: { in: activeJobStates } })
  return workspaceRepresentation(app, workspace, services, running)
}

async function freshlyMeasured(
  app: Application,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Workspace> {
  const age = app.now().getTime() - (workspace.measuredAt?.getTime() ?? 0)
  if (workspace.state !== 'READY' || age < freshSeconds * 1000) return workspace
  return measureWorkspace(app, workspace, signal).catch(() => workspace)
}
