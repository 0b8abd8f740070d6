/** How a data flow behaves beyond its messages. */
export interface FlowConduct {
  /** Whether `prepare` or `start` is answered 202, with a callback to follow. */
  asynchronous(agreementId: string): boolean
  /** After how long in STARTED the flow completes itself; null: never. */
  completesAfterMs(agreementId: string): number | null
}

/** Answers come from the committed row, and flows end by messages or by what they carry. */
export const standardConduct: FlowConduct = {
  asynchronous: () => false,
  completesAfterMs: () => null,
}
