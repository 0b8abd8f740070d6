import type { Application } from '../../../application/application.ts'
import { grantSignal, requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { checkInputPath } from '../../../application/intake/check-input-path.ts'
import { untilReadable } from '../../../application/workspaces/until-ready.ts'
import { inputKey } from '../../../domain/bucket-layout.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { sendObject } from '../../send-object.ts'

export const getInputHandler =
  (app: Application): ConsumerHandler<'getInput'> =>
  async ({ principal, path, query, headers, signal }) => {
    requireReadable(principal)
    checkInputPath(query.path)
    const workspace = await untilReadable(app, principal, signal)
    const input = await app.database.read.inputs.get({ workspaceId: workspace.id, name: path.name })
    const key = inputKey(path.name, query.path)
    return sendObject(app, {
      bucket: workspace.bucket,
      key,
      sha256: query.path === undefined ? (input ?? null) : null,
      range: headers.range,
      ifNoneMatch: headers['if-none-match'],
      signal: grantSignal(app, principal, signal),
    })
  }
