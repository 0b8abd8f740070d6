import type { FileHandle } from 'node:fs/promises'
import type { BlockPool } from './block-pool.ts'

const spaceCheckBytes = 64 * 1024 * 1024
/** After so many bytes the disk begins to write, so that little is left to wait for in the end. */
const earlySyncBytes = 8 * 1024 * 1024

/** A file that is being written: two blocks take turns, one being filled while the other is written. */
export class DraftFile {
  readonly #handle: FileHandle
  readonly #blocks: BlockPool
  readonly #checkRoom: () => Promise<void>
  #filling: Buffer | undefined
  #spare: Buffer | undefined
  #filled = 0
  #written = 0
  #checked = 0
  #synced = 0
  #syncing: Promise<void> | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(handle: FileHandle, blocks: BlockPool, checkRoom: () => Promise<void>) {
    this.#handle = handle
    this.#blocks = blocks
    this.#checkRoom = checkRoom
  }

  /** Takes a copy of the chunk; waits only when both blocks are full. */
  append(chunk: Buffer): Promise<void> | undefined {
    this.#filling ??= this.#blocks.take()
    const copied = chunk.copy(this.#filling, this.#filled)
    this.#filled += copied
    if (this.#filled < this.#blocks.blockBytes) return undefined
    return this.#turn(chunk.subarray(copied))
  }

  async #turn(rest: Buffer): Promise<void> {
    await this.#writeFilled()
    if (rest.length > 0) await this.append(rest)
  }

  async #writeFilled(): Promise<void> {
    await this.#writing
    const block = this.#filling
    if (block === undefined || this.#filled === 0) return
    const content = block.subarray(0, this.#filled)
    this.#filling = this.#spare
    this.#spare = block
    this.#filled = 0
    this.#writing = this.#write(content)
    this.#writing.catch(() => undefined)
  }

  async #write(content: Buffer): Promise<void> {
    let offset = 0
    while (offset < content.length) {
      const { bytesWritten } = await this.#handle.write(content, offset)
      offset += bytesWritten
    }
    this.#written += content.length
    this.#syncEarly()
    if (this.#written - this.#checked < spaceCheckBytes) return
    this.#checked = this.#written
    await this.#checkRoom()
  }

  #syncEarly(): void {
    if (this.#syncing !== undefined || this.#written - this.#synced < earlySyncBytes) return
    this.#synced = this.#written
    // A failure shows again when the file is finished.
    this.#syncing = this.#handle
      .datasync()
      .catch(() => undefined)
      .finally(() => (this.#syncing = undefined))
  }

  /** Writes what is left; the bytes are on the disk when it returns. */
  async finish(): Promise<void> {
    await this.#writeFilled()
    await this.#writing
    await this.#syncing
    await this.#handle.sync()
    await this.#handle.close()
    this.#release()
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined)
    await this.#syncing
    await this.#handle.close()
    this.#release()
  }

  #release(): void {
    for (const block of [this.#filling, this.#spare])
      if (block !== undefined) this.#blocks.give(block)
    this.#filling = undefined
    this.#spare = undefined
    this.#filled = 0
  }
}
