/** Cuts a stream of chunks at chosen places. */
export class ChunkCutter {
  readonly #chunks: AsyncGenerator<Buffer, void>
  #rest: Buffer | null = null

  constructor(chunks: AsyncGenerator<Buffer, void>) {
    this.#chunks = chunks
  }

  /** The next bytes, at most `max` (at least 1); null at the end. */
  async next(max: number): Promise<Buffer | null> {
    const chunk = this.#rest ?? (await this.#read())
    if (chunk === null) return null
    this.#rest = chunk.length > max ? chunk.subarray(max) : null
    return chunk.length > max ? chunk.subarray(0, max) : chunk
  }

  /** Fills `room`; what comes back is shorter only at the end. */
  async fill(
    room: Buffer<ArrayBuffer>,
    onChunk: (chunk: Buffer) => void,
  ): Promise<Buffer<ArrayBuffer>> {
    let filled = 0
    while (filled < room.length) {
      const chunk = await this.next(room.length - filled)
      if (chunk === null) break
      onChunk(chunk)
      chunk.copy(room, filled)
      filled += chunk.length
    }
    return room.subarray(0, filled)
  }

  async #read(): Promise<Buffer | null> {
    for (;;) {
      const { value } = await this.#chunks.next()
      if (value === undefined) return null
      if (value.length > 0) return value
    }
  }
}
