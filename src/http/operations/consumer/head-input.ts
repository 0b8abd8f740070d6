import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { checkInputPath } from '../../../application/intake/check-input-path.ts'
import { untilReadable } from '../../../application/workspaces/until-ready.ts'
import { inputKey } from '../../../domain/bucket-layout.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { objectHeaders } from '../../send-object.ts'

export const headInputHandler =
  (app: Application): ConsumerHandler<'headInput'> =>
  async ({ principal, path, query, signal }) => {
    requireReadable(principal)
    checkInputPath(query.path)
    const workspace = await untilReadable(app, principal, signal)
    const info = await app.store.head(workspace.bucket, inputKey(path.name, query.path), signal)
    if (info === null) throw new ProblemError('not-found', 'There is no such input.')
    const input = await app.database.read.inputs.get({ workspaceId: workspace.id, name: path.name })
    const headers = objectHeaders(info, query.path === undefined ? (input ?? null) : null)
    return { status: 200, headers: { ...headers, 'content-length': String(info.bytes) } }
  }
