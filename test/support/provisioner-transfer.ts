import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

export type Generation = 'control-plane' | 'data-plane'

interface Fixture {
  readonly request: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly callback: Readonly<Record<string, unknown>>
}

const fixture = (name: Generation): Fixture =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/provisioner/${name}.json`, import.meta.url), 'utf8'),
  ) as Fixture

/** What connectors of either generation were seen to send, and what they take. */
export const fixtures: Readonly<Record<Generation, Fixture>> = {
  'control-plane': fixture('control-plane'),
  'data-plane': fixture('data-plane'),
}

/** One transfer process of the double. */
export interface DoubledTransfer {
  readonly id: string
  readonly resourceId: string
  readonly generation: Generation
  readonly agreementId: string
  state: string
  errorDetail: string | null
  /** Statuses of our answers to its provision and deprovision requests; 0: no answer. */
  readonly provisionAnswers: number[]
  readonly deprovisionAnswers: number[]
  /** Callbacks that were taken up: more than one starts the transfer twice. */
  taken: number
  /** Content addresses in force, one for each callback. */
  readonly addresses: Readonly<Record<string, string>>[]
  /** What the data plane wrote to the consumer's sink. */
  readonly written: Record<string, unknown>[]
  /** A callback that came before our answer was stored. */
  overwritten: boolean
  /** Whether our answer to the provision request is stored. */
  stored: boolean
  /** The empty callback of the data-plane generation. */
  deprovisioned: number
}

export interface TransferOptions {
  readonly generation?: Generation
  readonly agreementId?: string
  /** Left out of the request (EDC before 0.11). */
  readonly withoutType?: boolean
  readonly changes?: Readonly<Record<string, unknown>>
  readonly id?: string
}

export const newTransfer = (options: TransferOptions = {}): DoubledTransfer => ({
  id: options.id ?? randomUUID(),
  resourceId: randomUUID(),
  generation: options.generation ?? 'control-plane',
  agreementId: options.agreementId ?? randomUUID(),
  state: options.generation === 'data-plane' ? 'STARTUP_REQUESTED' : 'PROVISIONING',
  errorDetail: null,
  provisionAnswers: [],
  deprovisionAnswers: [],
  taken: 0,
  addresses: [],
  written: [],
  overwritten: false,
  stored: false,
  deprovisioned: 0,
})

/** A provision request of the transfer, or its deprovision request. */
export function requestOf(
  transfer: DoubledTransfer,
  type: 'provision' | 'deprovision',
  callbackAddress: string,
  { withoutType = false, changes = {} }: TransferOptions = {},
): Record<string, unknown> {
  const ids =
    transfer.generation === 'control-plane'
      ? { transferProcessId: transfer.id, resourceDefinitionId: transfer.resourceId }
      : { flowId: transfer.id, provisionResourceId: transfer.resourceId }
  const body = { ...fixtures[transfer.generation].request, ...ids, type, callbackAddress }
  const { type: said, ...untyped } = body
  return { ...untyped, ...(withoutType ? {} : { type: said }), ...changes }
}
