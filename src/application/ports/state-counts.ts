/** How many rows of a kind are in a state. */
export interface StateCount {
  readonly state: string
  readonly count: number
}

/** What gauges are made of: a few grouped counts over indexes, cheap at any size. */
export interface StateCounts {
  workspaces(): Promise<readonly StateCount[]>
  flows(): Promise<readonly StateCount[]>
  jobs(): Promise<readonly StateCount[]>
  transfers(): Promise<readonly StateCount[]>
  /** Deliveries that are not delivered, by kind and state, with the oldest of each. */
  deliveries(): Promise<readonly (StateCount & { readonly kind: string; readonly oldest: Date })[]>
  /** Work that waits for a person. */
  parked(): Promise<readonly { readonly kind: string; readonly count: number }[]>
  /** Workspaces in CLOSING since before `before`. */
  overdueClosings(before: Date): Promise<number>
  /** As last measured, of all workspaces. */
  storedBytes(): Promise<number>
}
