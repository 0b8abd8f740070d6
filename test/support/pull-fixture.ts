import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, beforeEach } from 'node:test'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSourceReader } from '../../src/adapters/sources/source-reader.ts'
import {
  newPull,
  type PullRequest,
  type PullState,
} from '../../src/application/intake/pull-request.ts'
import { pullSource } from '../../src/application/intake/pull-source.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { startSource, type Respond } from './source-server.ts'
import { startStore } from './store-fixture.ts'

export const mebibyte = 1024 * 1024
export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const retries = { tries: 4, firstDelayMs: 1, maxDelayMs: 5, maxPauseMs: 2_000 }
export const bucket = 'dsc-pull-test'
export const key = 'inputs/file.bin'
export const large = randomBytes(20 * mebibyte + 123)
export const small = randomBytes(100_000)

type Store = Awaited<ReturnType<typeof startStore>>

export const endless = (chunk: Buffer) =>
  new Readable({
    read() {
      this.push(chunk)
    },
  })

/** Remembers what a database would, across runs. */
function memoryJournal() {
  let state: PullState = newPull
  const seen = { anew: 0, uploads: 0, parts: 0, progress: 0 }
  const journal: PullRequest['journal'] = {
    sourceSeen: (validator) => {
      state = { ...state, validator }
      return Promise.resolve()
    },
    uploadCreated: (uploadId, partBytes) => {
      seen.uploads += 1
      state = { ...state, uploadId, partBytes, parts: [] }
      return Promise.resolve()
    },
    partDone: (part) => {
      seen.parts += 1
      const others = state.parts.filter(({ partNumber }) => partNumber !== part.partNumber)
      state = { ...state, parts: [...others, part] }
      return Promise.resolve()
    },
    startedAnew: () => {
      seen.anew += 1
      state = newPull
      return Promise.resolve()
    },
    progress: (bytes) => {
      seen.progress = bytes
    },
  }
  return { journal, seen, state: () => state }
}

/** Store, egress, reader and an emptied bucket for the tests of one suite. */
export function pullFixture() {
  let fixture: Store
  const egress = createEgress({
    allow: ['127.0.0.0/8'],
    operatorOrigins: () => new Set(),
    ownListeners: () => [],
  })
  const reader = createSourceReader({ egress, idleMs: 300, beginMs: 1_000 })
  let memory = memoryJournal()

  before(async () => {
    fixture = await startStore()
    await fixture.store.ensureBucket(bucket, 'ws-1', AbortSignal.timeout(10_000))
  })
  after(async () => {
    egress.destroy()
    await fixture.stop()
  })
  beforeEach(async () => {
    memory = memoryJournal()
    await fixture.store.empty(bucket, AbortSignal.timeout(10_000))
  })

  const requestFor = (url: string, more: Partial<PullRequest> = {}): PullRequest => ({
    reader,
    store: fixture.store,
    bucket,
    key,
    source: { type: 'http', url, headers: { authorization: 'token' }, refresh: null },
    state: memory.state(),
    expectedBytes: null,
    expectedSha256: null,
    maxBytes: 100 * mebibyte,
    condition: {},
    journal: memory.journal,
    beforePublish: () => Promise.resolve(),
    signal: AbortSignal.timeout(30_000),
    retries,
    ...more,
  })
  const withSource = async (
    respond: Respond,
    use: (source: Awaited<ReturnType<typeof startSource>>) => Promise<void>,
  ) => {
    const source = await startSource(respond)
    try {
      await use(source)
    } finally {
      await source.stop()
    }
  }
  const uploads = () => fixture.store.listUploads(bucket, '', AbortSignal.timeout(5_000))
  const stored = async () => {
    const object = await fixture.store.read(bucket, key, {})
    if (object === null) return null
    return Buffer.concat(await object.body.toArray())
  }
  const isStored = async (content: Buffer) => {
    assert.equal(sha256((await stored()) ?? Buffer.alloc(0)), sha256(content))
    assert.deepEqual(await uploads(), [])
  }
  const fails = async (request: PullRequest, code: string, left = 0) => {
    await assert.rejects(pullSource(request), (error) => {
      assert.ok(error instanceof FailureError, String(error))
      assert.equal(error.failure.code, code, error.failure.message)
      return true
    })
    assert.equal(await stored(), null)
    assert.equal((await uploads()).length, left)
  }
  return {
    requestFor,
    withSource,
    uploads,
    stored,
    isStored,
    fails,
    store: () => fixture,
    journal: () => memory,
  }
}
