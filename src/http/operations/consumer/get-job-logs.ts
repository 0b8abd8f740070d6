import { Readable } from 'node:stream'
import type { Application } from '../../../application/application.ts'
import { grantSignal, requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { lastLines } from '../../../application/jobs/last-lines.ts'
import { readLogs } from '../../../application/jobs/read-job.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getJobLogsHandler =
  (app: Application): ConsumerHandler<'getJobLogs'> =>
  async ({ principal, path, query, signal, stopping }) => {
    requireReadable(principal)
    const ended = AbortSignal.any([grantSignal(app, principal, signal), stopping])
    const options = {
      follow: query.follow === true && query.tail === undefined,
      attempt: query.attempt,
    }
    const log = await readLogs(app, principal.workspace, path.jobId, options, ended)
    const stream = log ?? Readable.from([])
    const body = query.tail === undefined ? stream : await lastLines(stream, query.tail)
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, stream: body }
  }
