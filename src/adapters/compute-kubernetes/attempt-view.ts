import type { JobView, PodView } from './observed.ts'

/** A pod as last seen. `goneAt`: it is not there any more, since then. */
export interface SeenPod extends PodView {
  readonly goneAt: Date | null
}

export interface AttemptView {
  readonly job: JobView | null
  /** The attempt's pods, the newest last. */
  readonly pods: readonly SeenPod[]
  /** The Event that says why a Job has no pod; null: none, or not asked. */
  readonly refusedPod: string | null
  /** Whether it was asked to stop: its pod is deleted then. */
  readonly stopped: boolean
  /** What a quota said when the Job or a Secret of it was to be made; null: it was made. */
  readonly refusedObject: string | null
}

export interface StatusRules {
  readonly now: Date
  /** How long a worker's image that cannot be pulled, or a Secret that is missing, is waited for. */
  readonly startSeconds: number
}
