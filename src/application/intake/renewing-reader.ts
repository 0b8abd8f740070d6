import type { HttpSource } from '../../domain/data-address.ts'
import { judgeRefusal } from '../../domain/edr-renewal.ts'
import type { Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { SourceUnauthorizedError, type SourceReader } from '../ports/source-reader.ts'
import type { Pass } from '../reconciler.ts'
import { expired, newerAddress, renewAddress, type SealedSource } from './renew-address.ts'
import { renewalParty } from './renewal-identity.ts'

type SealedHttp = SealedSource & { readonly source: HttpSource }
const isHttp = (known: SealedSource): known is SealedHttp => known.source.type === 'http'

/**
 * Reads the source of one transfer, renewing its token when the source refuses it. One at a time: a pull opens its
 * source again only after the connection before, and the lease keeps other passes away.
 */
export function renewingReader(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  first: SealedSource,
): SourceReader {
  let known = first
  let worked = transfer.validator !== null
  let usedSince = true
  let renewals = 0
  let renewedAt = -1

  /** Another address to try with, or the refusal as what it means. */
  const afterRefusal = async (refusal: SourceUnauthorizedError, start: number) => {
    const newer = await newerAddress(app, transfer.id, known)
    if (newer !== undefined) return newer
    if (!isHttp(known)) throw refusal
    const { refresh, expiresAt } = known.source
    const party = refresh === null ? undefined : await renewalParty(app, transfer, refresh)
    if (start > renewedAt) renewals = 0
    const facts = {
      worked,
      renewable: party !== undefined,
      renewals,
      usedSince,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    }
    const verdict = judgeRefusal(facts, app.now())
    if (verdict === 'refused') throw refusal
    if (verdict === 'expired' || party === undefined)
      throw expired(whyEnded(renewals, known.source))
    const renewed = await renewAddress(app, pass, transfer.id, known, party)
    renewals += 1
    renewedAt = start
    usedSince = false
    return renewed
  }

  return {
    open: async (_source, start, expected, signal) => {
      for (;;) {
        try {
          const stream = await app.sources.open(known.source, start, expected, signal)
          worked = true
          usedSince = true
          return stream
        } catch (error) {
          if (!(error instanceof SourceUnauthorizedError)) throw error
          known = await afterRefusal(error, start)
          signal.throwIfAborted()
        }
      }
    },
  }
}

function whyEnded(renewals: number, { refresh }: HttpSource): string {
  if (renewals > 0) return 'A renewed one is refused too.'
  return refresh === null
    ? 'Its address does not say how to renew it.'
    : 'Renewing it needs an identity of the control plane and the provider’s DID.'
}
