import type { Readable } from 'node:stream'
import { inputKey } from '../../domain/bucket-layout.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Input } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { availableFile, claimInput, keepClaim, refusePinned, releaseInput } from './input-writer.ts'
import { recordInputAvailable } from '../telling/record-change.ts'
import { storeStream } from './store-stream.ts'
import { uploadProblem } from './upload-problem.ts'

const keepClaimMs = 5000

export interface Upload {
  readonly workspace: Workspace
  readonly name: string
  /** Below a directory input; undefined: the input is this one file. */
  readonly path: string | undefined
  /** Who writes: a request, or a transfer's sink. */
  readonly writer: string
  readonly origin: Input['origin']
  /** Its chunks are used up. */
  readonly body: Readable
  readonly bytes: number | null
  readonly expectedSha256: string | null
  readonly signal: AbortSignal
  readonly progress?: (bytes: number) => void
}

/**
 * Takes the bytes of an input, or of one file of a directory input. One writer at a time. Visible and told when durable;
 * nothing is left of a body that broke or does not match. Throws `input-in-use`, `length-mismatch`, `digest-mismatch`,
 * `too-large`, `invalid-request` (body broke), `store-unavailable`.
 */
export async function putInput(
  app: Application,
  upload: Upload,
): Promise<{ bytes: number; sha256: string; etag: string }> {
  const { workspace, name } = upload
  await app.database.transaction((tx) => takeInput(app, tx, upload))
  const lost = new AbortController()
  const keep = setInterval(() => {
    app.database
      .transaction((tx) => keepClaim(app, tx, workspace.id, name, upload.writer))
      .then((kept) => {
        if (!kept && upload.path === undefined)
          lost.abort(new ProblemError('input-in-use', 'Another upload took the input.'))
      })
      .catch((error: unknown) => lost.abort(error))
  }, keepClaimMs)
  try {
    const stored = await storeStream({
      store: app.store,
      bucket: workspace.bucket,
      key: inputKey(name, upload.path),
      body: upload.body,
      bytes: upload.bytes,
      expectedSha256: upload.expectedSha256,
      maxBytes: Math.max(0, workspace.limits.storageBytes - workspace.storageBytes),
      beforePublish: () => Promise.resolve(),
      signal: AbortSignal.any([upload.signal, lost.signal]),
      ...(upload.progress === undefined ? {} : { progress: upload.progress }),
    })
    return stored
  } catch (error) {
    await app.database.transaction((tx) => releaseInput(tx, workspace.id, name, upload.writer))
    throw uploadProblem(error)
  } finally {
    clearInterval(keep)
  }
}

type Tx = Parameters<Parameters<Application['database']['transaction']>[0]>[0]

async function takeInput(app: Application, tx: Tx, upload: Upload): Promise<void> {
  const { workspace, name, path, writer, origin } = upload
  if (path !== undefined) {
    await openDirectory(app, tx, upload)
    return
  }
  if (await claimInput(app, tx, workspace.id, name, writer, origin)) return
  throw new ProblemError('input-in-use', `Bytes of ${name} are arriving already.`, {
    nextStep: 'Wait until the other upload has ended, or use another name.',
  })
}

/** Files of a directory may arrive side by side; it is whole when it is completed. */
async function openDirectory(app: Application, tx: Tx, upload: Upload): Promise<void> {
  const { workspace, name, origin } = upload
  await refusePinned(tx, workspace.id, name)
  const known = await tx.inputs.get({ workspaceId: workspace.id, name })
  if (known?.kind === 'file' && known.state === 'AVAILABLE') {
    throw new ProblemError(
      'state-conflict',
      `${name} is a file. Delete it first, or use another name.`,
    )
  }
  const directory: Input = {
    ...availableFile(app, workspace.id, name, { bytes: 0, sha256: null, etag: null, origin }),
    kind: 'directory',
    state: 'UPLOADING',
    objects: 0,
  }
  if (!(await tx.inputs.insertIfAbsent(directory))) {
    await tx.inputs.update(
      { workspaceId: workspace.id, name },
      { kind: 'directory', state: 'UPLOADING' },
    )
  }
}

/** Records a file as whole. */
export async function recordUploaded(
  app: Application,
  tx: Tx,
  upload: Pick<Upload, 'workspace' | 'name' | 'origin'>,
  content: { readonly bytes: number; readonly sha256: string; readonly etag: string },
): Promise<void> {
  const input = availableFile(app, upload.workspace.id, upload.name, {
    ...content,
    origin: upload.origin,
  })
  await recordInputAvailable(app, tx, input)
  app.metrics.count('transferred_bytes_total', { way: upload.origin.type }, content.bytes)
}
