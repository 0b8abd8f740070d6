import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { inputKey } from '../../domain/bucket-layout.ts'
import { isFinalFlow } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { requireLive } from '../access/authenticate-consumer.ts'
import { hasEnded, type Workspace } from '../../domain/workspace.ts'
import { releaseInput } from './input-writer.ts'
import { putInput, recordUploaded, type Upload } from './put-input.ts'
import { watchSink } from './watch-sink.ts'
import { changeTransfer } from '../telling/record-change.ts'
import { untilReady } from '../workspaces/until-ready.ts'

export interface SinkRequest {
  readonly transferId: string
  readonly body: Readable
  readonly bytes: number | null
  readonly signal: AbortSignal
}

export interface SinkResult {
  readonly transferId: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Bytes of a third party for an expectation or a prepared flow. The first complete body wins; a later equal one gets the
 * same answer, another `already-delivered`. Answers when the bytes are durable.
 */
export async function receiveData(app: Application, request: SinkRequest): Promise<SinkResult> {
  const transfer = await app.database.read.transfers.get({ id: request.transferId })
  if (transfer === undefined) throw new ProblemError('unauthenticated', 'The token opens no sink.')
  if (transfer.state === 'SUCCEEDED') return compareDelivered(transfer, request)
  await checkOpen(app, transfer)
  const workspace = await untilReady(app, transfer.workspaceId, request.signal)
  await begin(app, transfer)
  try {
    return await takeBytes(app, transfer, workspace, request)
  } catch (error) {
    await backToExpected(app, transfer)
    throw error
  }
}

async function takeBytes(
  app: Application,
  transfer: Transfer,
  workspace: Workspace,
  request: SinkRequest,
): Promise<SinkResult> {
  await using watch = watchSink(app, transfer, request.signal)
  const upload: Upload = {
    workspace,
    name: transfer.input,
    path: undefined,
    writer: transfer.id,
    origin: { type: 'sink', transferId: transfer.id },
    body: request.body,
    bytes: request.bytes,
    expectedSha256: transfer.expectedSha256,
    signal: watch.signal,
    progress: watch.progress,
  }
  const { expectedBytes } = transfer
  if (expectedBytes !== null && request.bytes !== null && expectedBytes !== request.bytes) {
    throw new ProblemError('length-mismatch', `${expectedBytes} bytes were expected.`)
  }
  const stored = await putInput(app, upload)
  try {
    if (expectedBytes !== null && expectedBytes !== stored.bytes) {
      throw new ProblemError('length-mismatch', `${expectedBytes} bytes were expected.`)
    }
    await succeed(app, transfer, upload, stored)
  } catch (error) {
    await discard(app, workspace, transfer)
    throw error
  }
  return { transferId: transfer.id, bytes: stored.bytes, sha256: stored.sha256 }
}

/** What was stored and is not wanted any more. */
async function discard(app: Application, workspace: Workspace, transfer: Transfer): Promise<void> {
  const { id, input, workspaceId } = transfer
  await app.store.delete(workspace.bucket, inputKey(input), AbortSignal.timeout(10_000))
  await app.database.transaction((tx) => releaseInput(tx, workspaceId, input, id))
}

/** Throws unless the transfer takes bytes now. */
async function checkOpen(app: Application, transfer: Transfer): Promise<void> {
  const { read } = app.database
  const workspace = await read.workspaces.get({ id: transfer.workspaceId })
  if (workspace === undefined || hasEnded(workspace)) requireLive({ access: 'ended' })
  const flow = transfer.flowId === null ? undefined : await read.flows.get({ id: transfer.flowId })
  if (transfer.paused || flow?.state === 'SUSPENDED') requireLive({ access: 'suspended' })
  if (flow !== undefined && isFinalFlow(flow)) {
    throw new ProblemError('unauthenticated', 'The data flow of this sink has ended.')
  }
  if (transfer.state === 'EXPECTED') return
  throw new ProblemError('state-conflict', `The transfer is ${transfer.state}: it takes no bytes.`)
}

async function begin(app: Application, transfer: Transfer): Promise<void> {
  await app.database.transaction(async (tx) => {
    const current = await tx.transfers.get({ id: transfer.id })
    if (current?.state !== 'EXPECTED') {
      throw new ProblemError('state-conflict', 'Bytes of this transfer are arriving already.')
    }
    await changeTransfer(app, tx, current, { state: 'RUNNING', startedAt: app.now() })
    await tx.work.schedule('transfer', transfer.id, app.now())
    if (transfer.flowId !== null) await tx.work.schedule('flow', transfer.flowId, app.now())
  })
}

async function succeed(
  app: Application,
  transfer: Transfer,
  upload: Upload,
  stored: { readonly bytes: number; readonly sha256: string; readonly etag: string },
): Promise<void> {
  await app.database.transaction(async (tx) => {
    const current = await tx.transfers.get({ id: transfer.id })
    if (current?.state !== 'RUNNING')
      throw new ProblemError('state-conflict', 'The transfer has ended.')
    const { bytes, sha256 } = stored
    const ended = { bytesDone: bytes, bytesTotal: bytes, sha256, endedAt: app.now() }
    await changeTransfer(app, tx, current, { ...ended, state: 'SUCCEEDED' })
    await recordUploaded(app, tx, upload, stored)
    if (transfer.flowId !== null) await tx.work.schedule('flow', transfer.flowId, app.now())
  })
}

async function backToExpected(app: Application, transfer: Transfer): Promise<void> {
  await app.database.transaction(async (tx) => {
    const current = await tx.transfers.get({ id: transfer.id })
    if (current?.state === 'RUNNING') await changeTransfer(app, tx, current, { state: 'EXPECTED' })
  })
}

/** The same bytes once more are the same delivery. */
async function compareDelivered(transfer: Transfer, request: SinkRequest): Promise<SinkResult> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of request.body) {
    digest.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > transfer.bytesDone) break
  }
  const sha256 = digest.digest('hex')
  if (bytes === transfer.bytesDone && sha256 === transfer.sha256)
    return { transferId: transfer.id, bytes, sha256 }
  throw new ProblemError('already-delivered', 'Other bytes were delivered before.')
}
