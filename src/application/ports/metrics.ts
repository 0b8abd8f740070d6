/** Counts and durations. Names are Prometheus names without the prefix `dsc_`. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  observeSeconds(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void
}
