import type { Job, JobState } from '../../domain/job.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { createdBetween, listPage, type Page } from '../page.ts'
import { jobRepresentation } from '../representations/job.ts'

export interface JobFilter {
  readonly workspaceId: string
  readonly state?: readonly JobState[] | undefined
  readonly serviceId?: string | undefined
  /** `key:value`. */
  readonly label?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Jobs of a workspace, newest first. */
export async function listJobs(app: Application, filter: JobFilter) {
  const page = await filteredPage(app, filter)
  const items = []
  for (const job of page.items) {
    const where = { jobId: job.id }
    const attempts = await app.database.read.attempts.list({ where, orderBy: 'number' })
    items.push(jobRepresentation(job, attempts))
  }
  return { items, next: page.next }
}

async function filteredPage(app: Application, filter: JobFilter): Promise<Page<Job>> {
  const { workspaceId, state, serviceId, label, limit, cursor } = filter
  const where = {
    workspaceId,
    ...createdBetween(filter.createdAfter, filter.createdBefore),
    ...(state === undefined ? {} : { state: { in: state } }),
    ...(serviceId === undefined ? {} : { serviceId }),
  }
  const { jobs, jobLabels } = app.database.read
  if (label === undefined) return listPage(jobs, { where, limit, cursor })
  const [name, value] = splitLabel(label)
  const labelled = await jobLabels.list({ where: { workspaceId, name, value } })
  const ids = new Set(labelled.map(({ jobId }) => jobId))
  return listPage<Job>(
    {
      list: async (query) =>
        (await jobs.list({ ...query, limit: 10_000 })).filter(({ id }) => ids.has(id)),
    },
    { where, limit, cursor },
  )
}

function splitLabel(label: string): readonly [string, string] {
  const colon = label.indexOf(':')
  if (colon > 0) return [label.slice(0, colon), label.slice(colon + 1)]
  throw new ProblemError('invalid-request', 'The label filter is key:value.', {
    errors: [{ pointer: '/query/label', code: 'pattern', detail: 'must be key:value' }],
  })
}
