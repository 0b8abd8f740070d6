/** What is offered: image, resources, inputs, outputs, limits. One version's content, with all defaults filled in. */
export interface ComputeServiceContent {
  readonly title: string
  readonly description: string | null
  readonly datasets: readonly string[]
  readonly worker: WorkerSpec
  readonly inputs: readonly InputSpec[]
  readonly outputs: readonly OutputSpec[]
  /** Absolute path; null: the service has no outputs. */
  readonly outputDirectory: string | null
  /** JSON Schema of an object; each property becomes an environment variable. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly resources: ResourceSpec
  readonly limits: ServiceLimits
  readonly onSuspend: 'continue' | 'cancel'
  readonly egress: readonly { readonly cidr: string; readonly ports: readonly number[] }[]
}

export interface WorkerSpec {
  readonly image: string | null
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Variable → `secret-name/key` in the job namespace. */
  readonly secretEnv: Readonly<Record<string, string>>
  readonly user: string
}

export type InputKind = 'environment' | 'file' | 'archive' | 'directory'
export type OutputKind = 'file' | 'archive' | 'directory'

export interface InputSpec {
  readonly name: string
  readonly kind: InputKind
  /** Absolute, normalised; null for kind `environment`. */
  readonly mountPath: string | null
  readonly required: boolean
  readonly maxBytes: number | null
  readonly description: string | null
}

export interface OutputSpec {
  readonly name: string
  readonly kind: OutputKind
  readonly required: boolean
  readonly description: string | null
}

export interface ResourceSpec {
  readonly cpu: string | null
  readonly memory: string | null
  readonly ephemeralStorage: string | null
  readonly sharedMemory: string | null
  readonly gpu: { readonly resource: string; readonly count: number } | null
  readonly profile: string | null
}

/** Limits of a service; durations in seconds, sizes in bytes. */
export interface ServiceLimits {
  readonly inputSeconds: number
  readonly queueSeconds: number
  readonly stageSeconds: number
  readonly runSeconds: number
  readonly collectSeconds: number
  readonly graceSeconds: number
  readonly attempts: number
  readonly retryExitCodes: readonly number[]
  readonly concurrentJobs: number
  readonly workspaceSeconds: number | null
  readonly storageBytes: number
  readonly logBytes: number
}

export interface ComputeService {
  readonly id: string
  readonly version: number
  readonly paused: boolean
  readonly retiredAt: Date | null
  readonly managedBy: 'file' | 'api'
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface ComputeServiceVersion {
  readonly serviceId: string
  readonly version: number
  readonly content: ComputeServiceContent
  readonly contentSha256: string
  readonly createdAt: Date
  readonly retiredAt: Date | null
}

export const defaultLimits: ServiceLimits = {
  inputSeconds: 604_800,
  queueSeconds: 3600,
  stageSeconds: 3600,
  runSeconds: 86_400,
  collectSeconds: 3600,
  graceSeconds: 30,
  attempts: 3,
  retryExitCodes: [],
  concurrentJobs: 4,
  workspaceSeconds: null,
  storageBytes: 107_374_182_400,
  logBytes: 104_857_600,
}
