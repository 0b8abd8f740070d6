import { clusterError } from './cluster-client-error.ts'

export interface Trouble {
  readonly since: Date
  /** A sentence without secrets. */
  readonly why: string
}

/** How it stands with the way to the API server, for people and metrics. */
export class Contact {
  #heardAt: number | null = null
  #healthySince: Date | null = null
  #trouble: Trouble | null = null

  /** Why the collection cannot be read now; null: it can. */
  get trouble(): Trouble | null {
    return this.#trouble
  }

  /** When the API server was heard last. */
  get lastAt(): Date | null {
    return this.#heardAt === null ? null : new Date(this.#heardAt)
  }

  /** Since when watches have followed each other without a fault. */
  get healthySince(): Date | null {
    return this.#healthySince
  }

  heard(): void {
    this.#heardAt = Date.now()
    this.#trouble = null
  }

  watching(): void {
    this.heard()
    this.#healthySince ??= new Date()
  }

  /** A list has to make good what a watch could not tell: an answer all the same. */
  interrupted(): void {
    this.#healthySince = null
  }

  failed(fault: unknown): void {
    this.#healthySince = null
    const why = clusterError(fault).failure.message
    this.#trouble = { since: this.#trouble?.since ?? new Date(), why }
  }
}
