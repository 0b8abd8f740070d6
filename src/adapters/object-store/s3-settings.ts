import type { S3ClientConfig } from '@aws-sdk/client-s3'

export interface StaticCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export type ChecksumMode = 'when_required' | 'when_supported'

export interface S3Settings {
  readonly endpoint: string
  /** What consumers use and presigned URLs are signed for. */
  readonly publicEndpoint: string
  readonly region: string
  readonly forcePathStyle: boolean
  /** The service's permanent key; undefined: the SDK's own chain (workload identity). */
  readonly credentials: StaticCredentials | undefined
  readonly checksums: ChecksumMode
  readonly installationId: string
  /** Bucket names of this installation begin so; narrows `listBuckets`. */
  readonly bucketPrefix?: string
  /** Role of consumers' sessions; undefined: the store has no roles and cuts no sessions. */
  readonly consumerRoleArn: string | undefined
  /** Role of agents' sessions; may be the consumers' role. */
  readonly agentRoleArn: string | undefined
  /** Whether signatures cover the bytes of parts. Needless over TLS and inside one process; true if absent. */
  readonly signParts?: boolean
  readonly now: () => Date
  readonly requestHandler?: S3ClientConfig['requestHandler']
}

export const connectionLimits = { connectionTimeout: 5_000 } as const

/** Checksums as the setting says; older stores take them only where S3 demands one. */
export function checksumConfig(mode: ChecksumMode) {
  const value = mode === 'when_required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED'
  return { requestChecksumCalculation: value, responseChecksumValidation: value } as const
}
