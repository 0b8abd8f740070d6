/** Every limit of time, size and number in one place. Times in milliseconds or seconds, as named. */
export const bounds = {
  http: {
    /** Of a JSON or form body. */
    jsonBodyBytes: 1_048_576,
    jsonDepth: 64,
    /** From the head of a request to the end of its JSON or form body. */
    jsonBodyMs: 30_000,
    /** Path and query. Node itself refuses heads above `headBytes` with 431. */
    urlBytes: 8_192,
    headBytes: 16_384,
    headMs: 20_000,
    /** Without a byte in the direction that the client has to move. */
    idleMs: 60_000,
    keepAliveMs: 65_000,
    connections: 10_000,
    /** What is still read of a body that nobody wants, so that the client sees the answer. */
    unwantedBodyBytes: 1_048_576,
    unwantedBodyMs: 1_000,
    /** Of one address on one listener. */
    rate: { windowMs: 10_000, requests: 50_000 },
    /** Wrong places named in one problem document. */
    problemParts: 20,
  },
} as const

export type HttpBounds = (typeof bounds)['http']
