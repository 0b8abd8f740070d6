import type { Application } from '../../../application/application.ts'
import { grantSignal, requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { issueSession } from '../../../application/access/issue-credentials.ts'
import { readOutput } from '../../../application/jobs/read-job.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { sendObject } from '../../send-object.ts'
import { zipOutputs } from '../../zip-outputs.ts'

const presignedSeconds = 900

export const getOutputHandler =
  (app: Application): ConsumerHandler<'getOutput'> =>
  async ({ principal, path, query, headers, signal, incoming }) => {
    requireReadable(principal)
    const { workspace } = principal
    const outputs = await readOutput(app, workspace.id, path.jobId, path.name, query.path)
    const ended = grantSignal(app, principal, signal)
    const [first] = outputs
    const single = first !== undefined && (first.path === null || query.path !== undefined)
    if (!single) {
      if (!/application\/zip/.test(incoming.headers.accept ?? '')) throw directoryProblem()
      const stream = zipOutputs(app, workspace.bucket, outputs, ended)
      return { status: 200, headers: { 'content-type': 'application/zip' }, stream }
    }
    if (query.redirect === true) {
      const session = await issueSession(app, principal, 'read', presignedSeconds, signal)
      const url = await app.store.presignGet(workspace.bucket, first.key, session, presignedSeconds)
      return { status: 307, headers: { location: url, 'cache-control': 'no-store' } }
    }
    return sendObject(app, {
      bucket: workspace.bucket,
      key: first.key,
      sha256: { sha256: first.sha256, etag: null },
      range: headers.range,
      ifNoneMatch: headers['if-none-match'],
      signal: ended,
    })
  }

const directoryProblem = () =>
  new ProblemError('not-acceptable', 'This output is a directory.', {
    nextStep: 'Name a file of it with ?path=, or send Accept: application/zip.',
  })
