import type { KitContext } from './kit-flow.ts'

/** One test of the conformance kit for data planes. */
export interface KitCase {
  readonly id: string
  /** What the test does and demands. */
  readonly title: string
  readonly run: (context: KitContext) => Promise<void>
}

/** The agreements by which the kit asks for a behaviour. */
export const asynchronous = 'async'
export const completing = 'complete'
