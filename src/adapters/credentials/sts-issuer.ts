import { ListObjectsV2Command, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient, type Credentials } from '@aws-sdk/client-sts'
import type { CredentialIssuer, SessionCredentials } from '../../application/ports/object-store.ts'
import { FailureError } from '../../domain/failure.ts'
import { sessionPolicy, type SessionPurpose } from '../../domain/session-policy.ts'
import { storeCall } from '../object-store/s3-fault.ts'
import { connectionLimits, type StaticCredentials } from '../object-store/s3-settings.ts'

export interface StsSettings {
  readonly stsEndpoint: string
  /** Where sessions are tried out. */
  readonly storeEndpoint: string
  readonly region: string
  readonly forcePathStyle: boolean
  /** The service's permanent key; undefined: the SDK's own chain. */
  readonly credentials: StaticCredentials | undefined
  readonly consumerRoleArn: string | undefined
  readonly agentRoleArn: string | undefined
  readonly minimumSeconds?: number
  readonly maximumSeconds?: number
  readonly requestHandler?: S3ClientConfig['requestHandler']
}

const callLimitMs = 15_000
/** A store without roles takes any ARN and goes by the caller's key. */
const anyRoleArn = 'arn:aws:iam:::role/workspace'

/** Session credentials by `AssumeRole`. `destroy` closes its connections. */
export function createStsIssuer(settings: StsSettings): CredentialIssuer & { destroy(): void } {
  const minimumSeconds = settings.minimumSeconds ?? 900
  const maximumSeconds = settings.maximumSeconds ?? 3600
  const client = new STSClient({
    endpoint: settings.stsEndpoint,
    region: settings.region,
    maxAttempts: 3,
    requestHandler: settings.requestHandler ?? connectionLimits,
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  })
  return {
    minimumSeconds,
    maximumSeconds,
    issue: async (bucket, purpose, seconds, signal) => {
      const command = new AssumeRoleCommand({
        RoleArn: roleOf(settings, purpose) ?? anyRoleArn,
        RoleSessionName: sessionName(bucket, purpose),
        Policy: sessionPolicy(bucket, purpose),
        DurationSeconds: Math.floor(Math.min(maximumSeconds, Math.max(minimumSeconds, seconds))),
      })
      const answer = await storeCall({ signal, limitMs: callLimitMs }, (options) =>
        client.send(command, options),
      )
      return sessionCredentials(answer.Credentials)
    },
    isCut: (bucket, credentials, signal) => isCut(settings, bucket, credentials, signal),
    destroy: () => client.destroy(),
  }
}

const roleOf = (settings: StsSettings, { kind }: SessionPurpose) =>
  kind === 'consumer' ? settings.consumerRoleArn : settings.agentRoleArn

/** 2 to 64 of `[A-Za-z0-9_+=,.@-]`, for the store's own log. */
function sessionName(bucket: string, purpose: SessionPurpose): string {
  const label = purpose.kind === 'consumer' ? purpose.access : `${purpose.jobId}.${purpose.attempt}`
  return `${label}.${bucket}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64)
}

function sessionCredentials(given: Credentials | undefined): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {}
  if (
    AccessKeyId === undefined ||
    SecretAccessKey === undefined ||
    SessionToken === undefined ||
    Expiration === undefined
  ) {
    throw new FailureError('store-unavailable', 'The token service gave incomplete credentials.')
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration,
  }
}

/** Every refusal counts, and so does a bucket that is gone: the session lists nothing any more. */
async function isCut(
  settings: StsSettings,
  bucket: string,
  credentials: SessionCredentials,
  signal: AbortSignal,
): Promise<boolean> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = new S3Client({
    endpoint: settings.storeEndpoint,
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: 2,
    requestHandler: settings.requestHandler ?? connectionLimits,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  })
  try {
    const listed = await storeCall(
      { signal, limitMs: callLimitMs },
      (options) => client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), options),
      ({ status }) => (status === 401 || status === 403 || status === 404 ? null : undefined),
    )
    return listed === null
  } finally {
    client.destroy()
  }
}
