import type { Input, Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { isoOrNull } from './workspace.ts'

/** A transfer as its GET and its events show it: never its source's secrets. */
export function transferSummary(transfer: Transfer) {
  return {
    id: transfer.id,
    input: transfer.input,
    state: transfer.state,
    stateReason: transfer.stateReason,
    source: transfer.sourceSummary,
    bytesDone: transfer.bytesDone,
    bytesTotal: transfer.bytesTotal,
    bytesPerSecond: transfer.bytesPerSecond,
    sha256: transfer.sha256,
    failure: transfer.failure,
    createdAt: transfer.createdAt.toISOString(),
    startedAt: isoOrNull(transfer.startedAt),
    endedAt: isoOrNull(transfer.endedAt),
    expiresAt: transfer.expiresAt.toISOString(),
    cancelRequestedAt: isoOrNull(transfer.cancelRequestedAt),
  }
}

/** A transfer as operators see it: also whose it is. */
export const operatedTransfer = (transfer: Transfer) => ({
  ...transferSummary(transfer),
  workspaceId: transfer.workspaceId,
})

export const sinkUrl = (app: Application, transferId: string) =>
  `${app.settings.consumerUrl}/sink/v1/${transferId}`

export const sinkToken = (app: Application, transferId: string) =>
  app.tokens.issue('sink', { id: transferId, number: 0, salt: '' })

/** While an expectation waits it also shows where to: its tokens are recomputed. */
export function transferRepresentation(app: Application, transfer: Transfer) {
  const summary = transferSummary(transfer)
  if (!transfer.expected || transfer.state !== 'EXPECTED' || transfer.flowId !== null)
    return summary
  const callbackToken = app.tokens.issue('callback', { id: transfer.id, number: 0, salt: '' })
  return {
    ...summary,
    callbackAddress: {
      '@type': 'CallbackAddress' as const,
      uri: `${app.settings.consumerUrl}/callbacks/v1/${callbackToken}`,
      events: ['transfer.process'],
      transactional: false,
    },
    dataDestination: {
      '@type': 'DataAddress' as const,
      type: 'HttpData' as const,
      baseUrl: sinkUrl(app, transfer.id),
      authKey: 'Authorization',
      authCode: `Bearer ${sinkToken(app, transfer.id)}`,
    },
  }
}

export function inputRepresentation(input: Input) {
  return {
    name: input.name,
    state: input.state,
    kind: input.kind,
    bytes: input.bytes,
    objects: input.objects,
    sha256: input.sha256,
    etag: input.etag,
    origin: input.origin,
    updatedAt: input.updatedAt.toISOString(),
  }
}
