import { isRecord } from '../../domain/parameters-schema.ts'
import type { Application } from '../application.ts'
import type { PageWish } from '../services/list-services.ts'
import { createdBetween, listPage, type Page } from '../page.ts'
import type { Query, ReportRecord, Where } from '../ports/database.ts'
import { deletionReportUrl } from '../representations/workspace.ts'

/** Deletion reports, of the newest workspaces first. */
export async function listReports(
  app: Application,
  wish: PageWish & {
    readonly agreementId?: string | undefined
    readonly createdAfter?: string | undefined
    readonly createdBefore?: string | undefined
  },
): Promise<Page<ReturnType<typeof reportRepresentation>>> {
  const { reports } = app.database.read
  const where: Where<ReportRecord> = {
    ...(wish.agreementId === undefined ? {} : { agreementId: wish.agreementId }),
    ...createdBetween(wish.createdAfter, wish.createdBefore),
  }
  type Listed = ReportRecord & { readonly id: string }
  const byWorkspace = {
    list: async ({ where: { id, ...rest } = {}, descending = true, limit = 50 }: Query<Listed>) => {
      const bound = id === undefined ? {} : { workspaceId: id }
      const rows = await reports.list({
        descending,
        limit,
        where: { ...rest, ...bound },
        orderBy: 'workspaceId',
      })
      return rows.map((row) => ({ ...row, id: row.workspaceId }))
    },
  }
  const page = await listPage<Listed>(byWorkspace, {
    where,
    limit: wish.limit,
    cursor: wish.cursor,
  })
  return { items: page.items.map((report) => reportRepresentation(app, report)), next: page.next }
}

/** What operators see of a report: its sums, and where the signed one is. */
function reportRepresentation(app: Application, report: ReportRecord) {
  const said = payloadOf(report.jws)
  const text = (field: string) => {
    const value = said[field]
    return typeof value === 'string' ? value : null
  }
  const count = (field: string) => {
    const value = said[field]
    return typeof value === 'number' ? value : 0
  }
  return {
    workspaceId: report.workspaceId,
    agreementId: report.agreementId,
    participantContextId: report.participantContextId,
    endCause: text('endCause'),
    endedAt: text('closingSince'),
    deletedAt: text('deletedAt') ?? report.createdAt.toISOString(),
    objects: count('objectsDeleted'),
    bytes: count('bytesDeleted'),
    url: deletionReportUrl(app, report.workspaceId),
  }
}

/** Our own signature needs no check here: it was made in the transaction that stored it. */
function payloadOf(jws: string): Readonly<Record<string, unknown>> {
  const payload: unknown = JSON.parse(
    Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8') || '{}',
  )
  return isRecord(payload) ? payload : {}
}
