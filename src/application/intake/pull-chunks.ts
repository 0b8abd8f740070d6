/** Gives the memory of a whole chunk back at once: as garbage, chunks would add up to many of them. */
function free({ buffer, byteOffset, byteLength }: Buffer): void {
  if (byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0)
}

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

  /** Fills `room`, using the chunks up; what comes back is shorter only at the end. */
  async fill(
    room: Buffer<ArrayBuffer>,
    onChunk: (chunk: Buffer) => void,
  ): Promise<Buffer<ArrayBuffer>> {
    let filled = 0
    while (filled < room.length) {
      const chunk = await this.next(room.length - filled)
      if (chunk === null) break
      onChunk(chunk)
      filled += chunk.copy(room, filled)
      free(chunk)
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
