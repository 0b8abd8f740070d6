import {
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { StoreAccess } from '../../domain/workspace.ts'
import { storeCall, storeLimits } from './s3-fault.ts'

export interface AccessSettings {
  readonly consumerRoleArn: string | undefined
  readonly agentRoleArn: string | undefined
}

/**
 * Sets or removes the bucket policy. Without roles the store cannot deny sessions and nothing is done.
 * Denies roles, never everyone: a Deny for everyone locks the owner out of a Ceph bucket for ever.
 */
export async function setAccess(
  client: S3Client,
  settings: AccessSettings,
  bucket: string,
  access: StoreAccess,
  signal: AbortSignal,
) {
  const scope = { signal, limitMs: storeLimits.smallMs }
  const denied = deniedRoles(settings, access)
  if (denied.length > 0) {
    const Policy = denyPolicy(bucket, denied)
    await storeCall(scope, (options) =>
      client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }), options),
    )
  } else if (settings.consumerRoleArn !== undefined) {
    await storeCall(
      scope,
      (options) => client.send(new DeleteBucketPolicyCommand({ Bucket: bucket }), options),
      (fault) => (fault.code === 'NoSuchBucketPolicy' ? null : undefined),
    )
  }
}

function deniedRoles(settings: AccessSettings, access: StoreAccess): readonly string[] {
  if (access === 'open') return []
  const roles =
    access === 'consumers-denied'
      ? [settings.consumerRoleArn]
      : [settings.consumerRoleArn, settings.agentRoleArn]
  return [...new Set(roles.filter((role) => role !== undefined))]
}

function denyPolicy(bucket: string, roles: readonly string[]): string {
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: roles },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
