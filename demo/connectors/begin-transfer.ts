import { setTimeout as delay } from 'node:timers/promises'
import type { Connector } from './connector.ts'
import { TransferAstray, type Transfer, type TransferRequest } from './transfers.ts'

/** A transfer that has been started, by the ids of its two sides. */
export interface BegunTransfer {
  readonly consumerId: string
  readonly providerId: string
  /** Transfers that the connectors' own race has ended before. */
  readonly lost: number
}

export type BeginTransfer = Omit<TransferRequest, 'provider'> & { readonly timeoutMs?: number }

/**
 * The provider's start can reach the consumer before that one has written down that it asked: it is refused, the
 * provider's side ends, and the consumer's ends without a reason or stays as it was.
 */
const endedByRace = ({ state, errorDetail = '' }: Transfer) =>
  /^(?:TERMINAT|DEPROVISION)/.test(state) &&
  /TransferStartMessage|already leased/.test(errorDetail) &&
  errorDetail.includes('409')

/** Asks for a transfer until one runs at its consumer, or has already completed; a lost race is no failure. */
export async function beginTransfer(
  consumer: Connector,
  provider: Connector,
  { timeoutMs = 30_000, ...request }: BeginTransfer,
): Promise<BegunTransfer> {
  const end = performance.now() + timeoutMs
  for (let lost = 0; ; lost++) {
    const id = await consumer.transfers.request({ ...request, provider })
    const providerId = await begun(consumer, provider, id, end)
    if (providerId !== 'lost') return { consumerId: id, providerId, lost }
  }
}

async function begun(consumer: Connector, provider: Connector, id: string, end: number) {
  for (;;) {
    const mine = await consumer.transfers.find(id)
    const [theirs] = await provider.transfers.correlatedWith(id)
    if (theirs !== undefined && endedByRace(theirs)) return 'lost'
    if (theirs !== undefined && /^(?:STARTED|COMPLET)/.test(mine.state)) return theirs['@id']
    if (mine.state === 'TERMINATED' || performance.now() > end)
      throw new TransferAstray('STARTED', { ...theirs, ...mine })
    await delay(50)
  }
}
