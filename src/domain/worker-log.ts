/** How much of a log is kept from its start; the rest of `logBytes` keeps its end. */
export const logHeadBytes = (logBytes: number) => Math.floor(logBytes / 2)
export const logTailBytes = (logBytes: number) => logBytes - logHeadBytes(logBytes)

/** The line that stands where a log was cut. */
export const cutMark = (leftOutBytes: number) =>
  `\n[dataspace-compute: ${leftOutBytes} bytes of this log were left out here]\n`

export const cutMarkPattern =
  /\n\[dataspace-compute: (\d+) bytes of this log were left out here\]\n/
