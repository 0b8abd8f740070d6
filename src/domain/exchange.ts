/** One message with a control plane, as operators may see it: redacted and bounded. */
export interface Exchange {
  readonly id: string
  readonly controlPlaneId: string
  readonly at: Date
  /** `in`: it asked us. `out`: we asked it. */
  readonly direction: 'in' | 'out'
  readonly method: string
  /** Without query; secrets of the path replaced. */
  readonly path: string
  /** Null: no answer. */
  readonly status: number | null
  readonly durationMs: number
  /** The transfer process that it is about, where known. */
  readonly processId: string | null
  /** JSON with secrets replaced, at most 4 KiB each; null: none. */
  readonly request: string | null
  readonly response: string | null
}

/** A message as it was seen, before anything of it is kept: with its secrets. */
export interface ObservedExchange {
  readonly controlPlaneId: string
  readonly at: Date
  readonly direction: Exchange['direction']
  readonly method: string
  /** An address, or its path alone. */
  readonly url: string
  readonly status: number | null
  readonly durationMs: number
  /** Bodies: text as it came, or parsed JSON; undefined or null: none. */
  readonly request: unknown
  readonly response: unknown
  /** The transfer process, where who sends the message knows it; else it is looked for in path and body. */
  readonly processId?: string
}
