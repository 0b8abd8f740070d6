import { setTimeout as delay } from 'node:timers/promises'
import { counterParty, type Party } from './contracts.ts'
import { where, type Management } from './management.ts'

export interface TransferRequest {
  readonly provider: Party
  /** The consumer's id of it. */
  readonly agreementId: string
  readonly transferType: string
  /** Where a push goes: `type` and what belongs to it. */
  readonly destination?: Readonly<Record<string, string>>
  /** Gets the events of this transfer. */
  readonly callbackUrl?: string
  /** A whole request, as people write one: its fields come before those above. */
  readonly document?: object
}

/** A transfer as one side's connector shows it. */
export interface Transfer {
  readonly '@id': string
  readonly type: 'CONSUMER' | 'PROVIDER'
  readonly state: string
  readonly contractId: string
  readonly transferType: string
  /** The other side's id. */
  readonly correlationId?: string
  readonly errorDetail?: string
}

export type AwaitedState = 'STARTED' | 'SUSPENDED' | 'COMPLETED' | 'TERMINATED'

/** Where a transfer ends. How it did, only its consumer goes on saying: its provider goes on to DEPROVISIONED. */
const ends: readonly string[] = ['COMPLETED', 'TERMINATED', 'DEPROVISIONING', 'DEPROVISIONED']

/** Thrown when a transfer does not get where it was awaited. */
export class TransferAstray extends Error {
  readonly transfer: Transfer

  constructor(awaited: string, transfer: Transfer) {
    const { '@id': id, state, errorDetail } = transfer
    super(`transfer ${id} is ${state}, not ${awaited}: ${errorDetail ?? 'no reason given'}`)
    this.transfer = transfer
  }
}

/** The transfers of one connector, of which it may be consumer or provider. */
export class Transfers {
  readonly #management: Management

  constructor(management: Management) {
    this.#management = management
  }

  /** Asks for a transfer, as its consumer; returns the consumer's id. */
  async request(request: TransferRequest): Promise<string> {
    const { provider, agreementId, transferType, destination, callbackUrl, document } = request
    const { counterPartyAddress, protocol } = counterParty(provider)
    const begun = await this.#management.ask<{ readonly '@id': string }>(
      'POST',
      'transferprocesses',
      {
        '@type': 'TransferRequest',
        counterPartyAddress,
        protocol,
        contractId: agreementId,
        transferType,
        ...(destination && { dataDestination: { '@type': 'DataAddress', ...destination } }),
        ...(callbackUrl !== undefined && { callbackAddresses: [callback(callbackUrl)] }),
        ...document,
      },
    )
    return begun['@id']
  }

  /** Throws a `ConnectorRefusal` with status 404 when the connector knows none. */
  find(id: string): Promise<Transfer> {
    return this.#management.ask('GET', `transferprocesses/${encodeURIComponent(id)}`)
  }

  /** The transfers whose other side has this id: one, or none yet. */
  correlatedWith(id: string): Promise<readonly Transfer[]> {
    return this.#management.ask('POST', 'transferprocesses/request', where('correlationId', id))
  }

  async suspend(id: string, reason = 'a pause'): Promise<void> {
    await this.#step(id, 'suspend', { '@type': 'SuspendTransfer', reason })
  }

  async resume(id: string): Promise<void> {
    await this.#step(id, 'resume')
  }

  async terminate(id: string, reason = 'no longer wanted'): Promise<void> {
    await this.#step(id, 'terminate', { '@type': 'TerminateTransfer', reason })
  }

  /** Waits for a state; throws at once when another end makes it impossible. */
  reaches(id: string, state: AwaitedState, timeoutMs?: number): Promise<Transfer> {
    return this.#awaited(id, [state], timeoutMs)
  }

  /** Waits for the end, whatever it is: that of a provider's transfer, too. */
  ended(id: string, timeoutMs?: number): Promise<Transfer> {
    return this.#awaited(id, ends, timeoutMs)
  }

  async #awaited(id: string, states: readonly string[], timeoutMs = 30_000): Promise<Transfer> {
    const end = performance.now() + timeoutMs
    for (;;) {
      const transfer = await this.find(id)
      if (states.includes(transfer.state)) return transfer
      if (ends.includes(transfer.state) || performance.now() > end)
        throw new TransferAstray(states.join(' or '), transfer)
      await delay(50)
    }
  }

  async #step(id: string, step: string, message?: object): Promise<void> {
    await this.#management.ask('POST', `transferprocesses/${id}/${step}`, message)
  }
}

const callback = (uri: string) => ({
  '@type': 'CallbackAddress',
  transactional: false,
  uri,
  events: ['transfer.process'],
})
