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
  connecting: {
    /** One question to a connector, and what is read of its answer. */
    probeMs: 5_000,
    probeBytes: 65_536,
    /** How long the connector is given to look at us, and how often its list is read meanwhile. */
    lookMs: 15_000,
    pollMs: 1_000,
  },
  exchanges: {
    /** Kept of each control plane, and waiting to be written. */
    perControlPlane: 200,
    /** From a message to the transaction that keeps it. */
    flushMs: 1_000,
    /** Of a redacted body, and of a text that is looked at to redact it. */
    bodyBytes: 4_096,
    readBytes: 262_144,
    pathChars: 1_024,
  },
  telling: {
    /** Of one workspace. */
    subscriptions: 20,
    /** From the look-up of the name to the end of the answer. */
    webhookMs: 15_000,
    /** Callbacks to control planes and pushed documents: short, so that a silent one frees its slot. */
    callbackMs: 10_000,
    /** Requests at once to one control plane, or of one workspace's documents. */
    laneRequests: 16,
    /** The same, after one that took longer than `slowLaneMs`. */
    slowLaneRequests: 4,
    slowLaneMs: 5_000,
    /** Between the turns of a full lane, and how far ahead they are given. */
    leastTurnMs: 10,
    mostTurnMs: 2_500,
    turnsAheadMs: 30_000,
    /** What is kept of an answer. */
    responseBytes: 1_024,
    /** Of one lane in one pass; a longer pass lets other lanes have its slot. */
    passDeliveries: 50,
    passMs: 5_000,
    /** Without an answer, a lane rests so many times as long as it was kept. */
    restFactor: 3,
    /** Rows that one poll looks at, and one read of it. */
    pollRows: 5_000,
    readRows: 500,
    /** Of a stream: events read at once, and running transfers whose progress is shown. */
    streamEvents: 100,
    streamTransfers: 100,
    /** How soon events that another replica wrote are seen. */
    lookEveryMs: 1_000,
    heartbeatMs: 15_000,
    /** A reader that takes nothing for so long loses its stream. */
    slowReaderMs: 30_000,
  },
  connectors: {
    /** One question to a management API, and what is read of its answer. */
    managementMs: 10_000,
    managementBytes: 262_144,
    /** Flows that are looked up at once; those of one control plane share a lane. */
    checks: 32,
    /** Between two looks at one flow, whoever asks for them. */
    leastCheckMs: 1_000,
    /** From the start of a flow to the first look at its agreement. */
    firstCheckMs: 2_000,
    /** Provision requests that are worked at at once; those of one control plane share a lane. */
    provisions: 32,
    /** From our answer to a provision request to the first thing that its connector is told: it has to store it first. */
    provisionAnsweredMs: 2_000,
    /** From a callback to the look at what it did, and to its repetition at the earliest. */
    provisionVerifyMs: 5_000,
    /** The shortest and the longest wait between two looks at what is not ready yet. */
    provisionReadyMs: 1_000,
    provisionLookMs: 60_000,
  },
  tokens: {
    /** One reading of an issuer's key set, and what is read of it. */
    keySetMs: 5_000,
    keySetBytes: 262_144,
    /** How long keys are taken without another look. */
    keysFreshMs: 600_000,
    /** Between two readings for keys that are not known, and after one that failed. */
    keysAgainMs: 2_000,
    /** What a control plane is asked to wait when the keys cannot be read. */
    retrySeconds: 5,
    /** By how much its clock and ours may differ. */
    toleranceSeconds: 30,
  },
  registration: {
    /** One request to a connector's list of data planes, and what is read of the list. */
    requestMs: 10_000,
    listBytes: 1_048_576,
    /** Control planes that we register at at once. */
    slots: 4,
    /** Longest wait after a failure; never longer than the time between two looks. */
    backoffMs: 300_000,
    /** For taking back an entry before its control plane is removed. */
    farewellMs: 5_000,
  },
} as const

export type HttpBounds = (typeof bounds)['http']
