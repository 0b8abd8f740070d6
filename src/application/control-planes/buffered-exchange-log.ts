import { bounds } from '../../domain/bounds.ts'
import type { Exchange, ObservedExchange } from '../../domain/exchange.ts'
import { newId } from '../../domain/ids.ts'
import { redactExchange } from '../../domain/redact-exchange.ts'
import type { Database, Transaction } from '../ports/database.ts'
import type { ExchangeLog } from '../ports/exchange-log.ts'
import type { Log } from '../ports/log.ts'

const { perControlPlane, flushMs } = bounds.exchanges

interface Parts {
  readonly database: Database
  readonly log: Log
  readonly randomBytes: (count: number) => Uint8Array
}

/**
 * Messages wait in memory, redacted, and are written in one transaction about once a second, and at the end. Of each
 * control plane the newest 200 are kept, and of looks that concern no transfer process the newest alone; when they come faster than they are written, the oldest are left out.
 */
export class BufferedExchangeLog implements ExchangeLog, AsyncDisposable {
  readonly #parts: Parts
  readonly #waiting = new Map<string, Exchange[]>()
  #noted = 0
  #timer: NodeJS.Timeout | null = null
  #written: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  note(observed: ObservedExchange): void {
    if (this.#closed) return
    try {
      const exchange = { id: this.#newId(observed.at), ...redactExchange(observed) }
      const queue = this.#waiting.get(exchange.controlPlaneId) ?? []
      queue.push(exchange)
      if (queue.length > perControlPlane) queue.shift()
      this.#waiting.set(exchange.controlPlaneId, queue)
      this.#timer ??= setTimeout(() => {
        this.flush().catch(() => undefined)
      }, flushMs).unref()
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'a message could not be noted')
    }
  }

  /** Writes what waits. Resolves also when it could not be written: it is lost then. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#written = this.#written.then(() => this.#write())
    return this.#written
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.flush()
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return
    const taken = new Map(this.#waiting)
    this.#waiting.clear()
    try {
      await this.#parts.database.transaction(async (tx) => {
        for (const [controlPlaneId, exchanges] of taken) {
          for (const exchange of exchanges) {
            await removeEarlierLooks(tx, exchange)
            await tx.exchanges.insert(exchange)
          }
          await removeOldest(tx, controlPlaneId)
        }
      })
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'messages could not be kept')
    }
  }

  /** In the order of noting, also within one millisecond. */
  #newId(at: Date): string {
    const random = this.#parts.randomBytes(10)
    this.#noted = (this.#noted + 1) % 0x1_0000_0000
    new DataView(random.buffer, random.byteOffset).setUint32(0, this.#noted)
    return newId('ex', at, random)
  }
}

/** Connectors look at us every minute, and we at them: of such looks the newest tells everything. */
async function removeEarlierLooks({ exchanges }: Transaction, exchange: Exchange): Promise<void> {
  const { controlPlaneId, direction, method, path, status, processId } = exchange
  if (method !== 'GET' || processId !== null) return
  await exchanges.deleteWhere({ controlPlaneId, direction, method, path, status, processId })
}

async function removeOldest({ exchanges }: Transaction, controlPlaneId: string): Promise<void> {
  const excess = (await exchanges.count({ controlPlaneId })) - perControlPlane
  if (excess <= 0) return
  const oldest = await exchanges.list({ where: { controlPlaneId }, orderBy: 'id', limit: excess })
  const last = oldest.at(-1)
  if (last !== undefined) await exchanges.deleteWhere({ controlPlaneId, id: { lte: last.id } })
}
