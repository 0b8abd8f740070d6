import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import {
  startEmbeddedStore,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
} from '../../src/adapters/embedded-store/embedded-store.ts'

export const region = 'eu-central-1'
export const owner = { accessKeyId: 'OWNERKEY', secretAccessKey: 'owner secret' }
export const roles = {
  consumers: 'arn:aws:iam::000000000000:role/consumers',
  agents: 'arn:aws:iam::000000000000:role/agents',
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface StartedStore extends EmbeddedStore {
  readonly directory: string
  client(credentials?: Credentials): S3Client
  tokens(credentials?: Credentials): STSClient
  session(policy?: object, role?: string, seconds?: number): Promise<Required<Credentials>>
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'embedded-store-'))

const reversed = (text: string): string => Array.from(text).reverse().join('')

/** Starts a store of its own for a test, in a new folder unless one is given. */
export async function startStore(
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<StartedStore> {
  const directory = options.directory ?? (await temporaryFolder())
  const store = await startEmbeddedStore({
    ...{ directory, region, owner, host: '127.0.0.1', port: 0, reserveBytes: 0 },
    roles: Object.entries(roles).map(([name, arn]) => ({ name, arn })),
    sealSecrets: { seal: reversed, open: reversed },
    ...options,
  })
  const connection = (credentials: Credentials) => ({
    ...{ endpoint: store.url, region, credentials, maxAttempts: 1 },
  })
  const tokens = (credentials: Credentials = owner) => new STSClient(connection(credentials))
  return {
    ...store,
    directory,
    client: (credentials = owner) =>
      new S3Client({ ...connection(credentials), forcePathStyle: true }),
    tokens,
    session: async (policy, RoleArn = roles.consumers, DurationSeconds = 900) => {
      const answer = await tokens().send(
        new AssumeRoleCommand({
          ...{ RoleArn, DurationSeconds, RoleSessionName: 'test' },
          ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
        }),
      )
      return {
        accessKeyId: answer.Credentials?.AccessKeyId ?? '',
        secretAccessKey: answer.Credentials?.SecretAccessKey ?? '',
        sessionToken: answer.Credentials?.SessionToken ?? '',
      }
    },
  }
}

/** Starts a store that ends, and whose folder goes, with the test. */
export async function storeFor(
  context: Pick<TestContext, 'after'>,
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<StartedStore> {
  const store = await startStore(options)
  context.after(async () => {
    await store.stop()
    await rm(store.directory, { recursive: true, force: true })
  })
  return store
}

export const allow = (Action: string | string[], Resource: string | string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})

/** The status with which a call is refused, or 200. */
export async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call
    return 200
  } catch (error) {
    if (error instanceof Error && '$metadata' in error) {
      const { $metadata: metadata } = error
      if (typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata)
        return Number(metadata.httpStatusCode)
    }
    throw error
  }
}
