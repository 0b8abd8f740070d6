import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { until } from '../../support/until.ts'
import { compute, consumer, type Journey, type Opened } from './journey.ts'

/** S3 with the credentials of a workspace, as its consumer has them. */
export interface StoreAccess {
  readonly s3: S3Client
  readonly bucket: string
}

interface Credentials {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

export async function storeAccess({
  consumer: client,
}: Pick<Opened, 'consumer'>): Promise<StoreAccess> {
  const answer = await client.call('POST', '/credentials', { purpose: 'read-write' })
  assert.equal(answer.status, 200, answer.text)
  const { endpoint, region, bucket, ...credentials } = answer.body as Credentials
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials, maxAttempts: 1 })
  await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'inputs/' }))
  return { s3, bucket }
}

export interface Ended {
  /** All transfers of the workspace. */
  readonly transfers: readonly Opened[]
  /** Got while the workspace was open. */
  readonly store: StoreAccess
  readonly withinMs?: number
  /** The connector does not know the transfers any more. */
  readonly forgotten?: boolean
}

/** After the end of a workspace: waits until it is deleted, and proves that nothing of it is left anywhere. */
export async function nothingIsLeft(
  journey: Journey,
  { transfers, store, withinMs = 30_000, forgotten = false }: Ended,
): Promise<void> {
  const [{ workspaceId } = assert.fail('no transfer')] = transfers
  const deleted = async () => (await journey.workspaceState(workspaceId)) === 'DELETED'
  await until(`${workspaceId} is deleted`, deleted, withinMs)
  const folder = join(journey.disk.directory, 'data')
  await until('all rows are final', () => unfinished(folder, workspaceId).length === 0).catch(() =>
    assert.deepEqual(unfinished(folder, workspaceId), []),
  )
  assert.equal(await bucketStatus(journey, store), 404)
  assert.deepEqual(attemptsOf(folder, workspaceId), [])
  await nothingOpens(transfers, store)
  for (const { consumerId, providerId } of forgotten ? [] : transfers) {
    await compute.transfers.ended(providerId)
    await consumer.transfers.ended(consumerId)
  }
}

/** No key and no token opens anything but the state. */
async function nothingOpens(transfers: readonly Opened[], { s3, bucket }: StoreAccess) {
  const put = new PutObjectCommand({ Bucket: bucket, Key: 'inputs/late', Body: 'late' })
  const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: 'inputs/' })
  await assert.rejects(s3.send(put), isRefusal)
  await assert.rejects(s3.send(list), isRefusal)
  for (const { consumer: client, refreshUrl, refreshToken } of transfers) {
    const isRefused = ({ status }: { readonly status: number }) => status === 401 || status === 410
    assert.ok(isRefused(await client.call('GET', '/jobs')))
    assert.ok(isRefused(await client.call('POST', '/credentials', {})))
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const renewed = await fetch(refreshUrl, { method: 'POST', body })
    assert.ok(renewed.status >= 400, `the refresh token is answered with ${renewed.status}`)
  }
}

/** An answer of the store, not its absence. */
const isRefusal = (error: unknown) =>
  error instanceof S3ServiceException && (error.$metadata.httpStatusCode ?? 0) >= 400

const final: Readonly<Record<string, string>> = {
  workspaces: `id = ? AND state <> 'DELETED'`,
  flows: `workspace_id = ? AND state NOT IN ('COMPLETED', 'TERMINATED')`,
  transfers: `workspace_id = ? AND state NOT IN ('SUCCEEDED', 'FAILED', 'CANCELLED')`,
  jobs: `workspace_id = ? AND state NOT IN ('SUCCEEDED', 'FAILED', 'CANCELLED')`,
  attempts: `workspace_id = ? AND removed = 0`,
  deliveries: `workspace_id = ? AND state = 'PENDING'`,
}

/** Rows of a workspace on which something is still to be done, as `table state`. */
function unfinished(folder: string, workspaceId: string): readonly string[] {
  using database = open(join(folder, 'dataspace-compute.sqlite'))
  return Object.entries(final).flatMap(([table, where]) =>
    database
      .prepare(`SELECT * FROM ${table} WHERE ${where}`)
      .all(workspaceId)
      .map((row) => `${table} ${String(row['state'])}`),
  )
}

/** What the store says of a bucket to its owner. */
async function bucketStatus(journey: Journey, { s3, bucket }: StoreAccess) {
  const key = (name: string) =>
    readFileSync(join(journey.disk.directory, 'data', 'keys', name), 'utf8').trim()
  const owner = new S3Client({
    endpoint: journey.service().urls.storeUrl,
    region: await s3.config.region(),
    forcePathStyle: true,
    credentials: {
      accessKeyId: key('store-access-key-id'),
      secretAccessKey: key('store-secret-access-key'),
    },
  })
  try {
    const head = await owner.send(new HeadBucketCommand({ Bucket: bucket }))
    return head.$metadata.httpStatusCode
  } catch (error) {
    return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : error
  } finally {
    owner.destroy()
  }
}

const open = (path: string) => new DatabaseSync(path, { readOnly: true })

/** Folders of attempts of a workspace's jobs, and processes that work in them. */
function attemptsOf(folder: string, workspaceId: string): readonly string[] {
  using database = open(join(folder, 'dataspace-compute.sqlite'))
  const rows = database.prepare('SELECT id FROM jobs WHERE workspace_id = ?').all(workspaceId)
  const jobs = rows.map(({ id }) => String(id))
  const ofThem = (text: string) => jobs.some((id) => text.includes(join(folder, 'jobs', `${id}-`)))
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const about = ['cmdline', 'environ'].map((name) =>
        readFileSync(`/proc/${pid}/${name}`, 'utf8'),
      )
      return ofThem(about.join('\0')) ? [`process ${pid}`] : []
    } catch {
      return []
    }
  })
}
