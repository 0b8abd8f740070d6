import type { Application } from '../../../application/application.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getDeletionReportHandler =
  (app: Application): ConsumerHandler<'getDeletionReport'> =>
  async ({ path }) => {
    const workspaceId = app.tokens.verify('report', path.token)?.id
    const report =
      workspaceId === undefined ? undefined : await app.database.read.reports.get({ workspaceId })
    if (report === undefined || report.until < app.now()) {
      throw new ProblemError('not-found', 'There is no report here (yet).')
    }
    return { status: 200, headers: { 'content-type': 'application/jose' }, stream: report.jws }
  }
