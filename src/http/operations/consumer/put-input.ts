import type { Application } from '../../../application/application.ts'
import { grantSignal, requireLive } from '../../../application/access/authenticate-consumer.ts'
import { putInput, recordUploaded } from '../../../application/intake/put-input.ts'
import { inputRepresentation } from '../../../application/representations/transfer.ts'
import { untilReady } from '../../../application/workspaces/until-ready.ts'
import { encodeBytes } from '../../../domain/ids.ts'
import { checkInputPath } from '../../../application/intake/check-input-path.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { contentLength, reprDigest } from '../../body-facts.ts'
import { bodyOf } from '../../incoming-body.ts'

export const putInputHandler =
  (app: Application): ConsumerHandler<'putInput'> =>
  async ({ principal, path, query, headers, incoming, signal }) => {
    requireLive(principal)
    checkInputPath(query.path)
    const workspace = await untilReady(app, principal.workspace.id, signal)
    const key = { workspaceId: workspace.id, name: path.name }
    const existed = (await app.database.read.inputs.get(key)) !== undefined
    const upload = {
      workspace,
      name: path.name,
      path: query.path,
      // Not the request's id: callers choose that one.
      writer: encodeBytes(app.randomBytes(16)),
      origin: { type: 'upload' },
      body: bodyOf(incoming),
      bytes: contentLength(incoming),
      expectedSha256: reprDigest(headers['repr-digest']),
      signal: grantSignal(app, principal, signal),
    } as const
    const stored = await putInput(app, upload)
    if (query.path === undefined) {
      await app.database.transaction((tx) => recordUploaded(app, tx, upload, stored))
    }
    const input = await app.database.read.inputs.get(key)
    if (input === undefined) throw new Error(`input ${path.name} is gone`)
    return { status: existed ? 200 : 201, body: inputRepresentation(input) }
  }
