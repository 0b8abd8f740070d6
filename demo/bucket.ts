import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Credentials } from './consumer.ts'

const pieceBytes = 4096
const pieceEveryMs = 60

/** A bucket, used with the AWS SDK as any S3 bucket. */
export class Bucket implements Disposable {
  readonly name: string
  readonly #client: S3Client
  readonly #signal: AbortSignal

  constructor(credentials: Credentials, signal: AbortSignal) {
    this.name = credentials.bucket
    this.#signal = signal
    this.#client = new S3Client({
      endpoint: credentials.endpoint,
      region: credentials.region,
      forcePathStyle: credentials.forcePathStyle,
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
      },
      maxAttempts: 1,
    })
  }

  /** Uploads in slow motion, so that progress can be seen. */
  async put(key: string, content: Buffer, onProgress: (bytes: number) => void): Promise<void> {
    const signal = this.#signal
    async function* pieces() {
      for (let start = 0; start < content.length; start += pieceBytes) {
        const piece = content.subarray(start, start + pieceBytes)
        yield piece
        onProgress(start + piece.length)
        await pause(pieceEveryMs, undefined, { signal })
      }
    }
    const Body = Readable.from(pieces(), { objectMode: false })
    const put = new PutObjectCommand({
      Bucket: this.name,
      Key: key,
      Body,
      ContentLength: content.length,
    })
    await this.#client.send(put, { abortSignal: signal })
  }

  /** `200`, or the store's refusal such as `403 AccessDenied`. */
  read(bucket: string, key: string): Promise<string> {
    const get = new GetObjectCommand({ Bucket: bucket, Key: key })
    return outcome(async () => {
      const { Body } = await this.#client.send(get, { abortSignal: this.#signal })
      await Body?.transformToByteArray()
    })
  }

  list(bucket: string): Promise<string> {
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: 'inputs/' })
    return outcome(() => this.#client.send(list, { abortSignal: this.#signal }))
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }
}

async function outcome(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return '200'
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error
    return `${error.$metadata.httpStatusCode ?? '?'} ${error.name}`
  }
}
