import type { HardwareProfile } from './hardware-profiles.ts'

/** What the operator decides about every job's objects. */
export interface JobSettings {
  readonly namespace: string
  readonly installationId: string
  readonly agentImage: string
  readonly imagePullSecrets: readonly string[]
  readonly allowRoot: boolean
  /** Kueue's queue when the profile names none; null: no Kueue. */
  readonly kueueQueue: string | null
  readonly profiles: ReadonlyMap<string, HardwareProfile>
  /** Networks and ports of the object store, as agents reach it. */
  readonly storeCidrs: readonly string[]
  readonly storePort: number
}
