import { createEgress, type Egress } from '../adapters/egress/egress.ts'
import type { Configuration } from '../config/configuration.ts'

export interface OwnAddress {
  readonly host: string
  readonly port: number
  /** Our own object store: reached by S3 with given keys. */
  readonly store?: boolean
}

/** The way out, with what the operator configured as trusted origins. `own` grows as listeners start. */
export function openEgress(
  configuration: Configuration,
  own: readonly OwnAddress[],
  trusted: ReadonlySet<string>,
): Egress {
  return createEgress({
    allow: configuration.list('DSC_EGRESS_ALLOW'),
    operatorOrigins: () => trusted,
    ownListeners: () => own,
  })
}
