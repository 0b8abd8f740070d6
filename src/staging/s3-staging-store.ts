import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Readable } from 'node:stream'
import type { CredentialsFile, StoreSession } from './credentials-file.ts'
import { storeError } from './s3-errors.ts'
import { StoreError, type StagingStore, type UploadPart } from './staging-store.ts'

const connectTimeoutMs = 5_000
const idleTimeoutMs = 60_000

/**
 * The agent's store over S3, with the credentials of a file and nothing else. Each call reads the present session;
 * one try a call, repeating is `patientStore`'s work. Bytes of a part are sent from memory, signed with their digest.
 */
export class S3StagingStore implements StagingStore, Disposable {
  readonly #credentials: CredentialsFile
  readonly #bucket: string
  #client: S3Client | null = null
  #session: StoreSession | null = null

  constructor(credentials: CredentialsFile, bucket: string) {
    this.#credentials = credentials
    this.#bucket = bucket
  }

  /** Closes the connections; a call after that opens new ones. */
  [Symbol.dispose](): void {
    this.#client?.destroy()
    this.#client = null
  }

  async open(key: string, options: { ifMatch: string; start: number }, signal: AbortSignal) {
    const { Body } = await this.#call(signal, (client, Bucket) =>
      client.send(
        new GetObjectCommand({
          Bucket,
          Key: key,
          IfMatch: quoted(options.ifMatch),
          ...(options.start > 0 ? { Range: `bytes=${options.start}-` } : {}),
        }),
        { abortSignal: signal },
      ),
    )
    if (!(Body instanceof Readable)) throw new StoreError('refused', 'the store sent no body')
    return Body
  }

  async readText(key: string, signal: AbortSignal): Promise<string | null> {
    try {
      return await this.#call(signal, async (client, Bucket) => {
        const command = new GetObjectCommand({ Bucket, Key: key })
        const { Body } = await client.send(command, { abortSignal: signal })
        return (await Body?.transformToString()) ?? ''
      })
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'absent') return null
      throw error
    }
  }

  async putIfAbsent(key: string, body: Uint8Array, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#call(signal, (client, Bucket) =>
        client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, IfNoneMatch: '*' }), {
          abortSignal: signal,
        }),
      )
      return true
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'changed') return false
      throw error
    }
  }

  async put(key: string, body: Uint8Array, contentType: string, signal: AbortSignal) {
    const { ETag } = await this.#call(signal, (client, Bucket) =>
      client.send(
        new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType }),
        { abortSignal: signal },
      ),
    )
    return { etag: ETag ?? '' }
  }

  async createUpload(key: string, contentType: string, signal: AbortSignal): Promise<string> {
    const { UploadId } = await this.#call(signal, (client, Bucket) =>
      client.send(
        new CreateMultipartUploadCommand({ Bucket, Key: key, ContentType: contentType }),
        { abortSignal: signal },
      ),
    )
    if (UploadId === undefined) throw new StoreError('refused', 'the store gave no upload id')
    return UploadId
  }

  async uploadPart({ key, uploadId, partNumber, body }: UploadPart, signal: AbortSignal) {
    const { ETag } = await this.#call(signal, (client, Bucket) =>
      client.send(
        new UploadPartCommand({
          Bucket,
          Key: key,
          UploadId: uploadId,
          PartNumber: partNumber,
          Body: body,
        }),
        { abortSignal: signal },
      ),
    )
    return { etag: ETag ?? '' }
  }

  async completeUpload(
    key: string,
    uploadId: string,
    etags: readonly string[],
    signal: AbortSignal,
  ): Promise<{ etag: string }> {
    const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }))
    const { ETag } = await this.#call(signal, (client, Bucket) =>
      client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: key,
          UploadId: uploadId,
          MultipartUpload: { Parts },
        }),
        { abortSignal: signal },
      ),
    )
    return { etag: ETag ?? '' }
  }

  async abortUpload(key: string, uploadId: string, signal: AbortSignal): Promise<void> {
    await this.#call(signal, (client, Bucket) =>
      client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }), {
        abortSignal: signal,
      }),
    )
  }

  async #call<T>(
    signal: AbortSignal,
    action: (client: S3Client, bucket: string) => Promise<T>,
  ): Promise<T> {
    const session = await this.#credentials.current(signal)
    const client = this.#clientOf(session)
    try {
      return await action(client, this.#bucket)
    } catch (error) {
      signal.throwIfAborted()
      throw storeError(error, session.expiresAt)
    }
  }

  /** One client a session; connections are kept from one to the next. */
  #clientOf(session: StoreSession): S3Client {
    if (this.#client !== null && this.#session === session) return this.#client
    const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey, sessionToken } = session
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: this.#client?.config.requestHandler ?? {
        connectionTimeout: connectTimeoutMs,
        socketTimeout: idleTimeoutMs,
      },
    })
    this.#session = session
    return this.#client
  }
}

/** Some callers keep ETags without the quotes that the header needs. */
const quoted = (etag: string) => (etag.startsWith('"') ? etag : `"${etag}"`)
