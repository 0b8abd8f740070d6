/** One measured number, beside what it is compared with. */
export interface Figure {
  /** The benchmark it belongs to. */
  readonly bench: string
  readonly figure: string
  readonly value: number
  readonly unit: 'ratio' | 'ms' | 's' | 'MiB' | 'MiB/s' | '1/s' | '%' | 'jobs'
  /** What the value is compared with, measured in the same run. */
  readonly baseline?: { readonly name: string; readonly value: number }
  /** What we aim at, as a person reads it, and whether this run got there. */
  readonly aim?: { readonly text: string; readonly met: boolean }
  /** Measurements behind the number. */
  readonly rounds: number
}

export type Bench = () => Promise<readonly Figure[]>

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The value below which a share of all values lies, between neighbours where it falls between two. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

export const atMost = (value: number, limit: number, unit: string) => ({
  text: `≤ ${limit} ${unit}`,
  met: value <= limit,
})

export const atLeast = (value: number, limit: number, unit = '') => ({
  text: `≥ ${limit}${unit === '' ? '' : ` ${unit}`}`,
  met: value >= limit,
})
