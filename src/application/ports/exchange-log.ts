import type { ObservedExchange } from '../../domain/exchange.ts'

/** The last messages with each control plane, for operators. */
export interface ExchangeLog {
  /** Keeps what may be shown of a message, soon and beside everything else. Never throws, and nobody waits for it. */
  note(exchange: ObservedExchange): void
}
