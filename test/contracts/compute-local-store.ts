import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  CreateBucketCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { join } from 'node:path'
import {
  startEmbeddedStore,
  type EmbeddedStore,
} from '../../src/adapters/embedded-store/embedded-store.ts'
import type { AgentCredentials, AttemptRef } from '../../src/application/ports/compute-backend.ts'
import type { PinnedObject } from '../../src/domain/job.ts'
import { sessionPolicy } from '../../src/domain/session-policy.ts'
import type { SuiteStore } from './compute-backend-harness.ts'

const region = 'us-east-1'
const owner = { accessKeyId: 'OWNER', secretAccessKey: 'owner-secret-for-this-test-only' }
const role = { arn: 'arn:aws:iam::000000000000:role/agents', name: 'agents' }
const seal = {
  seal: (text: string) => Promise.resolve(text),
  open: (text: string) => Promise.resolve(text),
}

/** An embedded store on loopback that can go away and come back, with one bucket. */
export class LocalStore implements SuiteStore {
  readonly bucket = 'dsc-test'
  readonly #directory: string
  readonly #host: string
  #store: EmbeddedStore
  #s3: S3Client

  private constructor(directory: string, host: string, store: EmbeddedStore) {
    this.#directory = directory
    this.#host = host
    this.#store = store
    this.#s3 = new S3Client({
      region,
      endpoint: store.url,
      credentials: owner,
      forcePathStyle: true,
    })
  }

  static async start(folder: string, host = '127.0.0.1'): Promise<LocalStore> {
    const directory = join(folder, 'store')
    const store = new LocalStore(directory, host, await LocalStore.#open(directory, host, 0))
    await store.#s3.send(new CreateBucketCommand({ Bucket: store.bucket }))
    return store
  }

  static #open(directory: string, host: string, port: number): Promise<EmbeddedStore> {
    return startEmbeddedStore({
      directory,
      host,
      port,
      region,
      owner,
      roles: [role],
      reserveBytes: 0,
      sealSecrets: seal,
      minimumSessionSeconds: 1,
    })
  }

  get endpoint(): string {
    return this.#store.url
  }

  async goAway(): Promise<void> {
    await this.#store.stop()
  }

  async comeBack(): Promise<void> {
    this.#store = await LocalStore.#open(this.#directory, this.#host, this.#store.port)
  }

  async stop(): Promise<void> {
    this.#s3.destroy()
    await this.#store.stop()
  }

  async put(key: string, body: Uint8Array | string): Promise<PinnedObject> {
    const { ETag } = await this.#s3.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }),
    )
    return { key, etag: ETag ?? '', bytes: Buffer.byteLength(body) }
  }

  async get(key: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return null
      throw error
    }
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.#s3.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }),
    )
    return Contents.map(({ Key = '' }) => Key)
  }

  async credentials(
    { jobId, attempt }: AttemptRef,
    inputs: readonly string[],
    seconds = 3600,
  ): Promise<AgentCredentials> {
    const sts = new STSClient({ region, endpoint: this.endpoint, credentials: owner })
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: role.arn,
        RoleSessionName: 'agent',
        DurationSeconds: seconds,
        Policy: sessionPolicy(this.bucket, { kind: 'agent', jobId, attempt, inputs }),
      }),
    )
    sts.destroy()
    return {
      endpoint: this.endpoint,
      region,
      forcePathStyle: true,
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
      expiresAt: Credentials?.Expiration ?? new Date(0),
    }
  }
}
