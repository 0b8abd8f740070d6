import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { consumerClient, type ConsumerClient } from '../support/consumer-client.ts'
import { largeContent, startLargeSource, type LargeContent } from '../support/large-source.ts'
import { beginPull, openWorkspaceOf, pulled, transferOf } from '../support/large-workspace.ts'
import { residentMemory } from '../support/resident-memory.ts'
import { startServiceChild, type ServiceChild } from '../support/service-child.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte
const mostGrowth = 64
const neededGibibytes = 3

const definitions = {
  services: { 'any.service.yaml': nodeService('any', 'process.exit(0)') },
  controlPlanes: {
    'edc.control-plane.yaml': {
      id: 'edc',
      protocol: 'dps',
      inbound: { type: 'none' },
      callbacks: { url: 'http://127.0.0.1:1/signaling', type: 'none' },
    },
  },
}

/** A folder of its own on a disk with room. */
function roomyFolder(t: TestContext): string {
  const { bavail, bsize } = statfsSync(tmpdir())
  const free = (bavail * bsize) / gibibyte
  assert.ok(
    free >= neededGibibytes,
    `${tmpdir()} needs ${neededGibibytes} GiB of free disk for this test and has ${free.toFixed(1)}; TMPDIR chooses another one.`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'dsc-large-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the work and says by how many MiB the service grew over its idle size at the most. */
async function growthOf({ pid }: ServiceChild, work: () => Promise<void>): Promise<number> {
  await delay(1000)
  const memory = residentMemory(pid)
  const idle = memory.now()
  memory.reset()
  await work()
  return memory.peak() - idle
}

function staysSmall(t: TestContext, growth: number) {
  t.diagnostic(`grew by ${growth.toFixed(1)} MiB`)
  assert.ok(growth <= mostGrowth, `the service grew by ${growth.toFixed(1)} MiB`)
}

async function storedAs(consumer: ConsumerClient, input: string) {
  const { items } = (await consumer.call('GET', '/inputs')).body as {
    readonly items: readonly {
      readonly name: string
      readonly bytes: number
      readonly sha256: string | null
    }[]
  }
  return items.find(({ name }) => name === input)
}

test('a pull of 1 GiB needs at most 64 MiB', async (t) => {
  const directory = roomyFolder(t)
  const content = largeContent(gibibyte)
  await using source = await startLargeSource(content)
  await using service = await startServiceChild({ directory, ...definitions })
  const consumer = await openWorkspaceOf(service)
  const growth = await growthOf(service, async () => {
    const { sha256 } = await pulled(consumer, await beginPull(consumer, 'large.bin', source.url))
    assert.equal(sha256, content.sha256())
  })
  staysSmall(t, growth)
})

test('an upload of 1 GiB by PUT needs at most 64 MiB', async (t) => {
  const directory = roomyFolder(t)
  const content = largeContent(gibibyte)
  await using service = await startServiceChild({ directory, ...definitions })
  const consumer = await openWorkspaceOf(service)
  const growth = await growthOf(service, () => put(service, consumer, 'large.bin', content))
  assert.equal((await storedAs(consumer, 'large.bin'))?.sha256, content.sha256())
  staysSmall(t, growth)
})

async function put(
  { consumerUrl }: ServiceChild,
  { token }: ConsumerClient,
  input: string,
  content: LargeContent,
): Promise<void> {
  const upload = request(`${consumerUrl}/v1/inputs/${input}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': content.bytes,
    },
  })
  const status = new Promise<number>((resolve, reject) => {
    upload.once('error', reject)
    upload.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
  await pipeline(Readable.from(content.chunks()), upload)
  assert.equal(await status, 201)
}

test('an upload of 1 GiB by S3 in parts needs at most 64 MiB', async (t) => {
  const directory = roomyFolder(t)
  const content = largeContent(gibibyte)
  await using service = await startServiceChild({ directory, ...definitions })
  const consumer = await openWorkspaceOf(service)
  const { s3, bucket } = await storeClient(consumer)
  const growth = await growthOf(service, () => putParts(s3, bucket, 'inputs/large.bin', content))
  s3.destroy()
  const completed = await consumer.call('POST', '/inputs/large.bin/complete', {})
  assert.equal(completed.status, 200, completed.text)
  assert.equal((await storedAs(consumer, 'large.bin'))?.bytes, content.bytes)
  staysSmall(t, growth)
})

async function storeClient(consumer: ConsumerClient) {
  const { body } = await consumer.call('POST', '/credentials', {})
  const credentials = body as Record<
    'endpoint' | 'region' | 'bucket' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken',
    string
  >
  const { endpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken } = credentials
  const s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  })
  return { s3, bucket }
}

async function putParts(s3: S3Client, Bucket: string, Key: string, content: LargeContent) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = []
  const partBytes = 8 * mebibyte
  let gathered: Buffer[] = []
  let bytes = 0
  const send = async () => {
    const Body = Buffer.concat(gathered)
    const PartNumber = Parts.length + 1
    const { ETag } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    )
    Parts.push({ PartNumber, ETag })
    gathered = []
    bytes = 0
  }
  for (const chunk of content.chunks()) {
    gathered.push(chunk)
    bytes += chunk.length
    if (bytes >= partBytes) await send()
  }
  if (bytes > 0) await send()
  await s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
}

test('a pull whose source breaks goes on at the byte where it broke', async (t) => {
  const directory = roomyFolder(t)
  const content = largeContent(gibibyte)
  await using source = await startLargeSource(content, { resetAt: 300 * mebibyte })
  await using service = await startServiceChild({ directory, ...definitions })
  const consumer = await openWorkspaceOf(service)
  const { sha256 } = await pulled(consumer, await beginPull(consumer, 'large.bin', source.url))
  assert.equal(sha256, content.sha256())
  assert.ok(source.requests() >= 2)
  servedOnce(t, source.served(), content)
})

test('a pull whose service was killed goes on at the part where it stopped', async (t) => {
  const directory = roomyFolder(t)
  const content = largeContent(gibibyte)
  await using source = await startLargeSource(content, { bytesPerSecond: 200 * mebibyte })
  const killed = await startServiceChild({ directory, ...definitions })
  const { token, id } = await (async () => {
    await using first = killed
    const consumer = await openWorkspaceOf(first)
    const transfer = await beginPull(consumer, 'large.bin', source.url)
    await until('half of the bytes', async () => {
      return (await transferOf(consumer, transfer)).bytesDone > content.bytes / 2
    })
    await first.kill()
    return { token: consumer.token, id: transfer }
  })()
  await using service = await startServiceChild({ directory, ...definitions })
  const consumer = consumerClient(`${service.consumerUrl}/v1`, token)
  const { sha256 } = await pulled(consumer, id)
  assert.equal(sha256, content.sha256())
  assert.equal(source.requests(), 2)
  servedOnce(t, source.served(), content)
})

function servedOnce(t: TestContext, served: number, { bytes }: LargeContent) {
  t.diagnostic(`served ${(served / bytes).toFixed(2)} times its size`)
  assert.ok(served < bytes * 1.3, `the source served ${(served / bytes).toFixed(2)} times its size`)
}
