import { pino, type DestinationStream } from 'pino'
import type { Log } from '../application/ports/log.ts'
import { redactFields, scrubLine } from './redact.ts'

export interface LogOptions {
  /** trace, debug, info, warn, error or silent. */
  readonly level: string
  /** stdout when left out. */
  readonly destination?: DestinationStream
}

/** JSON lines. Known secret fields are hidden, addresses are origins, and each line is scrubbed before it is written. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redactFields(fields),
    },
    hooks: { streamWrite: scrubLine },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
