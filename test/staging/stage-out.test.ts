import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  rename,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fromBufferPromise } from 'yauzl'
import { deleteTree } from '../../src/adapters/compute-local/remove-folder.ts'
import { exists } from '../../src/adapters/compute-local/status-file.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { outputLimits } from '../../src/domain/staging-bounds.ts'
import type { AgentTask } from '../../src/staging/agent-task.ts'
import { listOutputs } from '../../src/staging/list-outputs.ts'
import { readOutput } from '../../src/staging/read-output.ts'
import { stageOut } from '../../src/staging/stage-out.ts'
import { StoreError } from '../../src/staging/staging-store.ts'
import { partPlan, upload } from '../../src/staging/upload.ts'
import { zipOf } from '../../src/staging/zip-outputs.ts'
import { noSignal, ownFolder } from './folder.ts'
import { MemoryStore } from './memory-store.ts'

const prefix = 'jobs/job-1/attempts/1/outputs/'

const taskOf = (root: string, outputs: AgentTask['outputs'], storageBytes = 1e9): AgentTask => ({
  jobId: 'job-1',
  attempt: 1,
  bucket: 'b',
  inputs: [],
  outputs,
  outputDirectory: root,
  scratchDirectory: root,
  stageSeconds: 10,
  collectSeconds: 10,
  storageBytes,
})

const everything = [{ name: 'all.zip', kind: 'archive' as const }]

async function refusal(root: string, task = taskOf(root, everything)): Promise<FailureError> {
  const store = new MemoryStore()
  const error = await stageOut(task, store, noSignal).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof FailureError, String(error))
  assert.equal(store.objects.size, 0, 'nothing may be published')
  return error
}

type Attack = readonly [
  reason: string,
  make: (root: string, t: TestContext) => Promise<unknown>,
  message: RegExp,
]

const attacks: readonly Attack[] = [
  ['a link to a file', (root) => symlink('/etc/passwd', join(root, 'l')), /"l" is a link/],
  ['a link to a folder', (root) => symlink('/etc', join(root, 'd')), /"d" is a link/],
  ['a link to nowhere', (root) => symlink('gone', join(root, 'g')), /"g" is a link/],
  [
    'a FIFO deep inside',
    async (root) => {
      await mkdir(join(root, 'a/b'), { recursive: true })
      const env = { PATH: '/usr/bin:/bin' }
      assert.equal(spawnSync('mkfifo', [join(root, 'a/b/pipe')], { env }).status, 0)
    },
    /"a\/b\/pipe" is a FIFO/,
  ],
  [
    'a socket',
    async (root, t) => {
      const server = createServer().listen(join(root, 's'))
      t.after(() => server.close())
      await once(server, 'listening')
    },
    /"s" is a socket/,
  ],
  [
    'a name that is not UTF-8',
    (root) => writeFile(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.of(0xff)]), ''),
    /"bad\?" has a name that is not UTF-8/,
  ],
  ['a name with a line feed', (root) => writeFile(join(root, 'a\nb'), ''), /control character/],
  ['a name with a backslash', (root) => writeFile(join(root, 'a\\b'), ''), /backslash/],
  [
    'folders too deep',
    (root) => mkdir(join(root, ...Array.from({ length: 33 }, () => 'd')), { recursive: true }),
    /32 folders deep/,
  ],
  [
    'a path too long',
    (root) =>
      mkdir(join(root, ...Array.from({ length: 5 }, () => 'n'.repeat(200))), { recursive: true }),
    /more than 768 bytes/,
  ],
]

describe('stage-out of a hostile tree', () => {
  for (const [reason, make, message] of attacks) {
    it(`refuses ${reason}, naming it, and publishes nothing`, async (t) => {
      const root = await ownFolder(t)
      await writeFile(join(root, 'good'), 'x')
      await make(root, t)
      const { failure } = await refusal(root)
      assert.equal(failure.code, 'output-refused')
      assert.match(failure.message, message)
    })
  }

  it('refuses more entries than the limit without reading all of them', async (t) => {
    const root = await ownFolder(t)
    for (let index = 0; index < 20; index++) await writeFile(join(root, `f${index}`), '')
    const limits = { ...outputLimits, maxBytes: 1, maxEntries: 10 }
    await assert.rejects(listOutputs(root, limits, noSignal), /more than 10 files/)
  })

  it('refuses a file and a folder that the agent may not read', async (t) => {
    const setUser = process.seteuid?.bind(process)
    if (process.geteuid?.() !== 0 || setUser === undefined) {
      t.skip('needs root to become another user')
      return
    }
    const root = await ownFolder(t)
    await writeFile(join(root, 'locked'), 'x', { mode: 0o000 })
    setUser(65534)
    try {
      const files = taskOf(root, [{ name: 'locked', kind: 'file' }])
      assert.match((await refusal(root, files)).message, /"locked" cannot be read/)
      assert.match((await refusal(root)).message, /"locked" cannot be read/)
    } finally {
      setUser(0)
    }
    await mkdir(join(root, 'closed'), { mode: 0o000 })
    setUser(65534)
    try {
      assert.match((await refusal(root)).message, /"closed" cannot be read/)
    } finally {
      setUser(0)
    }
  })

  it('deletes trees whose folders are closed to their owner', async (t) => {
    const setUser = process.seteuid?.bind(process)
    if (process.geteuid?.() !== 0 || setUser === undefined) {
      t.skip('needs root to become another user')
      return
    }
    const root = await ownFolder(t)
    const tree = join(root, 'tree')
    await mkdir(join(tree, 'a/b'), { recursive: true })
    await writeFile(join(tree, 'a/b/c'), '')
    for (const path of [root, tree, join(tree, 'a'), join(tree, 'a/b')]) await chown(path, 65534, 0)
    for (const path of [join(tree, 'a/b'), join(tree, 'a')]) await chmod(path, 0o000)
    setUser(65534)
    try {
      await deleteTree(tree)
    } finally {
      setUser(0)
    }
    assert.equal(await exists(tree), false)
  })

  it('fails when a file is another one, longer, shorter or written to than when it was listed', async (t) => {
    const root = await ownFolder(t)
    const path = join(root, 'f')
    const changes: readonly (() => Promise<unknown>)[] = [
      () => appendFile(path, 'more'),
      () => truncate(path, 1),
      () => writeFile(path, 'other'),
      async () => {
        await writeFile(`${path}2`, 'first')
        await rename(`${path}2`, path)
      },
      async () => {
        await rename(path, `${path}3`)
        await symlink(`${path}3`, path)
      },
    ]
    for (const [index, change] of changes.entries()) {
      await writeFile(path, 'first')
      const [entry] = await listOutputs(root, { ...outputLimits, maxBytes: 100 }, noSignal)
      assert.ok(entry)
      await change()
      const read = async () => {
        for await (const chunk of readOutput(root, entry, { reuseBuffer: true })) assert.ok(chunk)
      }
      await assert.rejects(read(), FailureError, `change ${index}`)
    }
  })

  it('refuses more bytes than the storage has, and outputs of another shape than announced', async (t) => {
    const root = await ownFolder(t)
    await mkdir(join(root, 'folder'))
    await writeFile(join(root, 'file'), 'x'.repeat(100))
    const code = async (outputs: AgentTask['outputs'], bytes?: number) =>
      (await refusal(root, taskOf(root, outputs, bytes))).failure.code
    assert.equal(await code(everything, 99), 'output-too-large')
    assert.equal(await code([{ name: 'folder', kind: 'file' }]), 'output-refused')
    assert.equal(await code([{ name: 'file', kind: 'directory' }]), 'output-refused')
  })
})

describe('stage-out', () => {
  it('publishes awkward but portable trees, and names what is missing', async (t) => {
    const root = await ownFolder(t)
    await mkdir(join(root, 'set/deep'), { recursive: true })
    await mkdir(join(root, 'empty'))
    await writeFile(join(root, 'set/deep/with space, ümlaut & 100%.txt'), 'one')
    await writeFile(join(root, 'set/.hidden'), '')
    await writeFile(join(root, 'setback'), 'not of the set')
    const store = new MemoryStore()
    const task = taskOf(root, [
      { name: 'set', kind: 'directory' },
      { name: 'empty', kind: 'directory' },
      { name: 'none', kind: 'file' },
    ])
    const { outputs, missing } = await stageOut(task, store, noSignal)
    assert.deepEqual(missing, ['empty', 'none'])
    assert.deepEqual(
      outputs.map(({ name, path, bytes }) => [name, path, bytes]),
      [
        ['set', '.hidden', 0],
        ['set', 'deep/with space, ümlaut & 100%.txt', 3],
      ],
    )
    assert.equal(
      store.objects.get(`${prefix}set/deep/with space, ümlaut & 100%.txt`)?.toString(),
      'one',
    )
  })

  it('makes an archive of everything, with names relative to the output directory', async (t) => {
    const root = await ownFolder(t)
    await mkdir(join(root, 'a/empty'), { recursive: true })
    const large = Buffer.alloc(3_000_000, 'abcdefg')
    await writeFile(join(root, 'a/large.bin'), large)
    await writeFile(join(root, 'run.sh'), '#!/bin/sh', { mode: 0o755 })
    const store = new MemoryStore()
    const { outputs } = await stageOut(taskOf(root, everything), store, noSignal)
    const body = store.objects.get(`${prefix}all.zip`)
    assert.ok(body)
    assert.equal(outputs[0]?.bytes, body.length)
    const zip = await fromBufferPromise(body, { lazyEntries: true })
    const found = new Map<string, number>()
    for await (const entry of zip.eachEntry()) found.set(entry.fileName, entry.uncompressedSize)
    assert.deepEqual(
      [...found],
      [
        ['a/', 0],
        ['a/empty/', 0],
        ['a/large.bin', large.length],
        ['run.sh', 9],
      ],
    )
  })

  it('has no archive of nothing, and no outputs without an output directory', async (t) => {
    const root = await ownFolder(t)
    const store = new MemoryStore()
    assert.deepEqual((await stageOut(taskOf(root, everything), store, noSignal)).missing, [
      'all.zip',
    ])
    const none = { ...taskOf(root, []), outputDirectory: null }
    assert.deepEqual(await stageOut(none, store, noSignal), { outputs: [], missing: [] })
  })
})

describe('an archive', () => {
  it('fails with the reason when a file changes under it', async (t) => {
    const root = await ownFolder(t)
    await writeFile(join(root, 'a'), 'x'.repeat(100))
    const entries = await listOutputs(root, { ...outputLimits, maxBytes: 1e6 }, noSignal)
    await appendFile(join(root, 'a'), 'more')
    const sending = upload(new MemoryStore(), 'k', zipOf(root, entries), noSignal)
    await assert.rejects(sending, /"a" changed while it was read/)
  })
})

describe('upload', () => {
  const mebibyte = 1024 * 1024
  const source = (bytes: number, chunk = 100_000) => ({
    maxBytes: bytes,
    contentType: 'application/octet-stream',
    async *open() {
      await Promise.resolve()
      for (let at = 0; at < bytes; at += chunk)
        yield Buffer.alloc(Math.min(chunk, bytes - at), at % 251)
    },
  })

  it('sends parts of any size in order, at most three at once', async () => {
    for (const bytes of [0, 1, 8 * mebibyte - 1, 8 * mebibyte, 8 * mebibyte + 1, 50 * mebibyte]) {
      const store = new MemoryStore()
      const sent = await upload(store, 'k', source(bytes), noSignal)
      const expected: Buffer[] = []
      for await (const chunk of source(bytes).open()) expected.push(chunk)
      assert.equal(sent.bytes, bytes)
      assert.ok(store.objects.get('k')?.equals(Buffer.concat(expected)), `${bytes} bytes`)
      assert.equal(store.uploads.size, 0)
    }
  })

  it('never needs more than 10,000 parts and holds few large ones', () => {
    for (const bytes of [1, 80 * 1024 * mebibyte, 5 * 1024 * 1024 * mebibyte]) {
      const { partBytes, depth } = partPlan(bytes)
      assert.ok(bytes / partBytes <= 10_000)
      assert.ok(depth >= 1 && depth <= 3)
      assert.ok(depth === 1 || depth * partBytes <= 24 * mebibyte)
    }
  })

  it('starts again when the answer to its completion was lost', async () => {
    const store = new MemoryStore()
    let completions = 0
    store.fail = (call) =>
      call === 'completeUpload' && ++completions === 1 ? new StoreError('absent', 'gone') : null
    await upload(store, 'k', source(9 * mebibyte), noSignal)
    assert.equal(completions, 2)
    assert.equal(store.objects.get('k')?.length, 9 * mebibyte)
  })

  it('publishes nothing and aborts when the source fails or a part is refused', async () => {
    const store = new MemoryStore()
    const failing = {
      ...source(20 * mebibyte),
      async *open() {
        yield* source(17 * mebibyte).open()
        await Promise.reject(new Error('source broke'))
      },
    }
    await assert.rejects(upload(store, 'k', failing, noSignal), /source broke/)
    store.fail = (call) => (call === 'uploadPart' ? new StoreError('refused', 'HTTP 400') : null)
    await assert.rejects(upload(store, 'k', source(30 * mebibyte), noSignal), /400/)
    assert.equal(store.objects.size, 0)
    assert.equal(store.uploads.size, 0)
  })
})
