/** One line a step on stderr, for whoever looks into a folder. Names and sentences only, never values. */
export function logStep(
  step: string,
  details: Readonly<Record<string, string | number>> = {},
): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), step, ...details })}\n`)
}

/** The chain of causes as `name: message`; what hangs on an error beside that may hold secrets. */
export function causesOf(error: unknown): string {
  const causes: string[] = []
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(`${cause.name}: ${cause.message}`)
  }
  return causes.join(' ← ')
}
