import type { HttpSource, Source } from '../../domain/data-address.ts'
import { accessTokenOf, judgeRefreshStatus, renewedSource } from '../../domain/edr-renewal.ts'
import { FailureError } from '../../domain/failure.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import type { Pass } from '../reconciler.ts'
import { PullCancelled } from './pull-request.ts'
import type { RenewalParty } from './renewal-identity.ts'

const refreshTimeoutMs = 10_000
const maxAnswerBytes = 65_536

/** A source with the text that it is sealed as. */
export interface SealedSource {
  readonly source: Source
  readonly sealed: string
}

const placeOf = (id: string) => ({ table: 'transfers', id, column: 'sealed_source' })

export async function openSealed(
  app: Application,
  { id, sealedSource }: Transfer,
): Promise<SealedSource> {
  const sealed = sealedSource ?? ''
  return { source: JSON.parse(await app.secrets.open(placeOf(id), sealed)) as Source, sealed }
}

/** The address that a connector's event has given meanwhile, if any. */
export async function newerAddress(
  app: Application,
  id: string,
  known: SealedSource,
): Promise<SealedSource | undefined> {
  const current = await app.database.read.transfers.get({ id })
  if (current === undefined || isFinalTransfer(current) || current.sealedSource === null) {
    throw new PullCancelled('the transfer was ended')
  }
  return current.sealedSource === known.sealed ? undefined : openSealed(app, current)
}

/**
 * Renews the token of an address (Data Plane Signaling 1.7) and keeps the new one with the transfer before it is used,
 * under the lease. Not under the pull's own signal: an answer may void the refresh token that we have. An address that
 * came by an event meanwhile wins. Throws `edr-expired` when it is refused, `no-progress` when it may pass.
 */
export async function renewAddress(
  app: Application,
  pass: Pass,
  transferId: string,
  known: SealedSource & { readonly source: HttpSource },
  party: RenewalParty,
): Promise<SealedSource> {
  const source = await askRefresh(app, pass, known.source, party)
  const sealed = await app.secrets.seal(placeOf(transferId), JSON.stringify(source))
  const kept = await pass.record(async (tx) => {
    const current = await tx.transfers.get({ id: transferId })
    if (current === undefined || isFinalTransfer(current)) return undefined
    if (current.sealedSource !== known.sealed) return current
    await tx.transfers.update({ id: transferId }, { sealedSource: sealed })
    return { ...current, sealedSource: sealed }
  })
  if (kept === undefined) throw new PullCancelled('the transfer was ended')
  return kept.sealedSource === sealed ? { source, sealed } : openSealed(app, kept)
}

async function askRefresh(
  app: Application,
  pass: Pass,
  source: HttpSource,
  { identity, audience }: RenewalParty,
): Promise<HttpSource> {
  const token = accessTokenOf(source)
  const { refresh } = source
  if (token === undefined || refresh === null) throw expired('Its address cannot be renewed.')
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh.token })
  const proof = await proofOf(app, { identity, audience }, token)
  const answer = await app.outbound.send(
    {
      method: 'POST',
      url: refresh.endpoint,
      headers: {
        authorization: `Bearer ${proof}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: form.toString(),
      trust: 'foreign',
      timeoutMs: refreshTimeoutMs,
      maxResponseBytes: maxAnswerBytes,
    },
    pass.signal,
  )
  const verdict = judgeRefreshStatus(answer.status)
  if (verdict === 'later') {
    throw new FailureError('no-progress', `The refresh endpoint answered ${answer.status}.`)
  }
  const renewed = verdict === 'renewed' ? renewedSource(source, answer.body, app.now()) : undefined
  if (renewed !== undefined) return renewed
  throw expired(
    verdict === 'renewed'
      ? 'Its refresh endpoint answered no token.'
      : `Its refresh endpoint answered ${answer.status}.`,
  )
}

async function proofOf(app: Application, { identity, audience }: RenewalParty, token: string) {
  try {
    return await app.proofs.sign(identity, { audience, token, now: app.now() })
  } catch {
    // What the key's reader says may quote the key.
    app.log.warn({ did: identity.did }, 'the key of an identity cannot sign: no token is renewed')
    throw expired('The key of our identity cannot sign.')
  }
}

export const expired = (why: string) =>
  new FailureError('edr-expired', `The token of the source has expired. ${why}`)
