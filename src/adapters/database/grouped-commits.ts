/** At most so many changes are committed together, so that reads do not wait for long. */
const mostTogether = 32

export interface CommitScope<Tx> {
  /** Runs `group` in one durable transaction. */
  readonly transaction: (group: (tx: Tx) => Promise<void>) => Promise<void>
  /** Runs a change inside; undoes it alone, and gives its error, when it throws. Throws when it cannot be undone. */
  readonly undoable: (
    tx: Tx,
    change: () => Promise<void>,
  ) => Promise<{ readonly error: unknown } | null>
}

interface Waiting<Tx> {
  /** Runs the change. What it returns tells the caller, once it is durable. */
  readonly run: (tx: Tx) => Promise<() => void>
  readonly reject: (error: unknown) => void
}

/**
 * Commits changes that wait at the same time together, one after the other in one transaction: a durable commit waits
 * for the disk, as long for one change as for many. Each is told when it is durable; one that throws undoes itself only.
 */
export class GroupedCommits<Tx> {
  readonly #scope: CommitScope<Tx>
  readonly #waiting: Waiting<Tx>[] = []
  #isCommitting = false

  constructor(scope: CommitScope<Tx>) {
    this.#scope = scope
  }

  /** Runs a change; `committed` is called once it is durable, before the promise resolves. */
  commit<T>(change: (tx: Tx) => Promise<T>, committed: () => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const run = async (tx: Tx) => {
      const result = await change(tx)
      return () => {
        committed()
        resolve(result)
      }
    }
    this.#waiting.push({ run, reject })
    if (!this.#isCommitting) {
      this.#isCommitting = true
      // What arrives in the same round of the event loop joins.
      setImmediate(() => {
        this.#commitAll().catch(reject)
      })
    }
    return promise
  }

  /** Every error goes to the callers that it concerns. */
  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#commitTogether(this.#waiting.splice(0, mostTogether))
    }
    this.#isCommitting = false
  }

  async #commitTogether(group: readonly Waiting<Tx>[]): Promise<void> {
    const settle: (() => void)[] = []
    try {
      await this.#scope.transaction(async (tx) => {
        for (const { run, reject } of group) {
          const change = async () => void settle.push(await run(tx))
          if (group.length === 1) await change()
          else {
            const undone = await this.#scope.undoable(tx, change)
            if (undone !== null) settle.push(() => reject(undone.error))
          }
        }
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
      return
    }
    for (const tell of settle) tell()
  }
}
