import type { Application } from '../../../application/application.ts'
import { listReports } from '../../../application/workspaces/list-reports.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listReportsHandler =
  (app: Application): ManagementHandler<'listReports'> =>
  async ({ query }) => {
    const { items, next } = await listReports(app, query)
    return { status: 200, body: { items: [...items], next } }
  }
