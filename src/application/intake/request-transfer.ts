import { newId } from '../../domain/ids.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseSource, summariseSource } from '../../domain/source.ts'
import { finalTransferStates, type Transfer } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { newTransfer } from './create-transfer.ts'
import { once } from '../idempotent.ts'
import type { Transaction } from '../ports/database.ts'
import { tellTransfer } from '../telling/record-change.ts'

/** Transfers of a workspace that are not over, at most. */
const maxOpenTransfers = 1000

export interface TransferRequest {
  readonly input: string
  /** Undefined: an expectation. */
  readonly source: unknown
  readonly waitSeconds?: number | undefined
  readonly bytes?: number | undefined
  readonly sha256?: string | undefined
}

/**
 * A pull from an address that begins now, or an expectation that waits for an address or for bytes.
 * Throws `source-unsupported`, `address-refused`, `limit-reached`.
 */
export async function requestTransfer(
  app: Application,
  workspace: Workspace,
  request: TransferRequest,
  idempotencyKey: string | undefined,
): Promise<Transfer> {
  const id = newId('tr', app.now(), app.randomBytes(10))
  const source =
    request.source === undefined ? undefined : await sealSource(app, id, request.source)
  const keyed = {
    scope: workspace.id,
    key: idempotencyKey,
    operation: 'createTransfer',
    body: request,
  }
  const transferId = await app.database.transaction(async (tx) => {
    const made = await once(app, tx, keyed, async () => {
      await refuseTooMany(tx, workspace.id)
      const transfer = { ...firstState(app, workspace, id, request), ...source }
      await tx.transfers.insert(transfer)
      await tellTransfer(app, tx, transfer)
      await tx.work.schedule('transfer', id, source === undefined ? transfer.expiresAt : app.now())
      return id
    })
    return made.id
  })
  const transfer = await app.database.read.transfers.get({ id: transferId })
  if (transfer === undefined) throw new Error(`transfer ${transferId} is gone`)
  return transfer
}

function firstState(app: Application, workspace: Workspace, id: string, request: TransferRequest) {
  const { expectedSeconds, transferSeconds } = app.settings
  const expectation = request.source === undefined
  return newTransfer(app, {
    id,
    workspaceId: workspace.id,
    input: request.input,
    flowId: null,
    state: expectation ? 'EXPECTED' : 'QUEUED',
    waitSeconds: expectation ? (request.waitSeconds ?? expectedSeconds) : transferSeconds,
    ...(request.bytes === undefined ? {} : { expectedBytes: request.bytes }),
    ...(request.sha256 === undefined ? {} : { expectedSha256: request.sha256 }),
  })
}

/** The source of an address, checked and encrypted for its transfer. */
export async function sealSource(
  app: Application,
  transferId: string,
  address: unknown,
): Promise<Pick<Transfer, 'sealedSource' | 'sourceSummary'>> {
  const source = parseSource(address, app.now())
  const url = source.type === 'http' ? source.url : source.endpoint
  if (url !== null) app.outbound.checkUrl(url, 'foreign', { s3: source.type === 's3' })
  const place = { table: 'transfers', id: transferId, column: 'sealed_source' }
  return {
    sealedSource: await app.secrets.seal(place, JSON.stringify(source)),
    sourceSummary: summariseSource(source),
  }
}

async function refuseTooMany(tx: Transaction, workspaceId: string): Promise<void> {
  const open = await tx.transfers.count({ workspaceId, state: { notIn: finalTransferStates } })
  if (open < maxOpenTransfers) return
  throw new ProblemError('limit-reached', `At most ${maxOpenTransfers} transfers may be open.`)
}

/** Asks for the end of a transfer. A transfer that is over stays as it is. Throws `not-found`. */
export async function cancelTransfer(
  app: Application,
  workspaceId: string,
  id: string,
): Promise<Transfer> {
  return app.database.transaction(async (tx) => {
    const transfer = await tx.transfers.first({ id, workspaceId })
    if (transfer === undefined) throw new ProblemError('not-found', 'There is no such transfer.')
    if (transfer.endedAt !== null || transfer.cancelRequestedAt !== null) return transfer
    const cancelRequestedAt = app.now()
    await tx.transfers.update({ id }, { cancelRequestedAt })
    await tx.work.schedule('transfer', id, cancelRequestedAt)
    return { ...transfer, cancelRequestedAt }
  })
}
