const keptBlocks = 16

/** Blocks of memory that are used again, so that streaming makes no garbage. */
export class BlockPool {
  readonly blockBytes: number
  readonly #free: Buffer[] = []

  constructor(blockBytes: number) {
    this.blockBytes = blockBytes
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.blockBytes)
  }

  /** Only for blocks that nothing reads or writes any more. */
  give(block: Buffer): void {
    if (this.#free.length < keptBlocks) this.#free.push(block)
  }
}
