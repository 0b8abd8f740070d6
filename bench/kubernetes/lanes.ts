/** Runs pieces of work that come one by one, so many at a time; the first that fails ends all. */
export class Lanes {
  readonly #width: number
  readonly #onFault: (error: unknown) => void
  readonly #waiting: (() => Promise<void>)[] = []
  #running = 0

  constructor(width: number, onFault: (error: unknown) => void) {
    this.#width = width
    this.#onFault = onFault
  }

  add(work: () => Promise<void>): void {
    this.#waiting.push(work)
    this.#next()
  }

  #next(): void {
    if (this.#running >= this.#width) return
    const work = this.#waiting.shift()
    if (work === undefined) return
    this.#running += 1
    work()
      .catch(this.#onFault)
      .finally(() => {
        this.#running -= 1
        this.#next()
      })
  }
}
