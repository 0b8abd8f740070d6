import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { AgentTask, StagedInput } from '../../src/staging/agent-task.ts'
import { claimAttempt } from '../../src/staging/claim.ts'
import { patientStore } from '../../src/staging/patient-store.ts'
import { stageIn } from '../../src/staging/stage-in.ts'
import { StoreError } from '../../src/staging/staging-store.ts'
import { noSignal, ownFolder } from './folder.ts'
import { MemoryStore } from './memory-store.ts'

async function newTask(t: TestContext, inputs: (root: string) => readonly StagedInput[]) {
  const folder = await ownFolder(t)
  const root = join(folder, 'root')
  const scratchDirectory = join(folder, 'scratch')
  await mkdir(scratchDirectory)
  const task: AgentTask = {
    jobId: 'job-1',
    attempt: 1,
    bucket: 'b',
    inputs: inputs(root),
    outputs: [],
    outputDirectory: join(root, 'work/out'),
    scratchDirectory,
    stageSeconds: 10,
    collectSeconds: 10,
    storageBytes: 1e9,
  }
  return { root, task }
}

const input = (parts: Partial<StagedInput>): StagedInput => ({
  name: 'in',
  kind: 'file',
  target: null,
  maxBytes: null,
  prefix: 'inputs/in/',
  objects: [],
  ...parts,
})

const refusedAs = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && 'failure' in error, String(error))
  assert.equal((error.failure as { code: string }).code, code)
  assert.match(error.message, message)
  return true
}

describe('stage-in', () => {
  it('brings files, directories and variables to their places with digests and modes', async (t) => {
    const store = new MemoryStore()
    const { root, task } = await newTask(t, (root) => [
      input({
        name: 'one',
        target: join(root, 'in/one'),
        objects: [store.pin('inputs/x', 'hello')],
      }),
      input({ name: 'env', kind: 'environment', objects: [store.pin('inputs/e', 'A=1')] }),
      input({
        name: 'set',
        kind: 'directory',
        target: join(root, 'in/set'),
        prefix: 'inputs/set/',
        objects: [store.pin('inputs/set/b/c', ''), store.pin('inputs/set/a', 'a')],
      }),
    ])
    const staged = await stageIn(task, store, noSignal)
    assert.equal(await readFile(join(root, 'in/one'), 'utf8'), 'hello')
    assert.equal(await readFile(join(root, 'in/set/b/c'), 'utf8'), '')
    assert.deepEqual([...(staged.environments[0] ?? [])], [['A', '1']])
    assert.deepEqual(
      staged.inputs.map(({ name, key, bytes }) => [name, key, bytes]),
      [
        ['one', 'inputs/x', 5],
        ['env', 'inputs/e', 3],
        ['set', 'inputs/set/b/c', 0],
        ['set', 'inputs/set/a', 1],
      ],
    )
    assert.equal(
      staged.inputs[0]?.sha256,
      '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    )
    assert.equal((await stat(join(root, 'in/one'))).mode & 0o777, 0o644)
    assert.deepEqual(await readdir(join(root, 'work/out')), [])
  })

  it('lets a file take the place of one that a directory brought', async (t) => {
    const store = new MemoryStore()
    const { root, task } = await newTask(t, (root) => [
      input({
        name: 'run.sh',
        target: join(root, 'app/run.sh'),
        objects: [store.pin('f', 'mine')],
      }),
      input({
        name: 'set',
        kind: 'directory',
        target: join(root, 'app'),
        objects: [store.pin('inputs/in/run.sh', 'theirs')],
      }),
    ])
    await stageIn(task, store, noSignal)
    assert.equal(await readFile(join(root, 'app/run.sh'), 'utf8'), 'mine')
  })

  it('reads on where a connection broke, and ends with the same digest', async (t) => {
    const store = new MemoryStore()
    const body = Buffer.alloc(500_000, 'abc')
    store.breaks.push(100_000, 0, 250_000)
    const { root, task } = await newTask(t, (root) => [
      input({ target: join(root, 'in'), objects: [store.pin('k', body)] }),
    ])
    const staged = await stageIn(task, store, noSignal)
    assert.ok((await readFile(join(root, 'in'))).equals(body))
    assert.equal(staged.inputs[0]?.bytes, 500_000)
  })

  it('fails when an object is gone, another one, or too large', async (t) => {
    const store = new MemoryStore()
    const pinned = store.pin('k', 'old')
    const { task } = await newTask(t, (root) => [
      input({ target: join(root, 'in'), maxBytes: 5, objects: [pinned] }),
    ])
    store.pin('k', 'new')
    await assert.rejects(stageIn(task, store, noSignal), refusedAs('input-changed', /object k/))
    store.objects.delete('k')
    await assert.rejects(stageIn(task, store, noSignal), refusedAs('input-changed', /object k/))
    const large = { ...task, inputs: [input({ maxBytes: 2, objects: [pinned] })] }
    await assert.rejects(stageIn(large, store, noSignal), refusedAs('input-too-large', /3 bytes/))
  })

  for (const [reason, keys] of Object.entries({
    'a key that climbs': ['inputs/in/../../etc'],
    'an absolute key': ['inputs/in//etc/passwd'],
    'a key that is file and folder': ['inputs/in/a', 'inputs/in/a/b'],
    'two keys equal but for case': ['inputs/in/A', 'inputs/in/a'],
    'a key outside the input': ['inputs/other'],
  })) {
    it(`refuses a directory with ${reason}, naming the key, before anything is read`, async (t) => {
      const store = new MemoryStore()
      const objects = keys.map((key) => store.pin(key, 'x'))
      store.fail = (call) => (call === 'open' ? new StoreError('refused', 'not to be read') : null)
      const { task } = await newTask(t, (root) => [
        input({ kind: 'directory', target: join(root, 'in'), objects }),
      ])
      await assert.rejects(
        stageIn(task, store, noSignal),
        refusedAs('directory-refused', /^The key "inputs\/in\//),
      )
    })
  }
})

describe('the claim', () => {
  const attempt = { jobId: 'job-1', attempt: 2 }

  it('is taken once, and by the same agent again', async () => {
    const store = new MemoryStore()
    assert.equal(await claimAttempt(store, attempt, 'me', noSignal), true)
    assert.equal(await claimAttempt(store, attempt, 'me', noSignal), true)
    assert.equal(await claimAttempt(store, attempt, 'other', noSignal), false)
    assert.equal(store.objects.get('jobs/job-1/attempts/2/claim')?.toString(), 'me')
  })

  it('is not ours when it was taken away before it could be read, whatever the store says of that', async () => {
    for (const kind of ['absent', 'denied'] as const) {
      const store = new MemoryStore()
      await claimAttempt(store, attempt, 'me', noSignal)
      store.fail = (call) => {
        if (call !== 'readText') return null
        store.objects.clear()
        return kind === 'denied' ? new StoreError('denied', 'AccessDenied (HTTP 403)') : null
      }
      assert.equal(await claimAttempt(store, attempt, 'me', noSignal), false)
    }
  })

  it('is ours when the store took it and the answer was lost', async () => {
    const store = new MemoryStore()
    let calls = 0
    const patience = { firstDelayMs: 1, maxDelayMs: 2, deniedMs: 0 }
    const losing = patientStore(
      Object.assign(Object.create(store) as MemoryStore, {
        readText: store.readText.bind(store),
        putIfAbsent: async (key: string, body: Uint8Array) => {
          const taken = await store.putIfAbsent(key, body)
          if (++calls === 1) throw new StoreError('away', 'socket hang up')
          return taken
        },
      }),
      patience,
    )
    assert.equal(await claimAttempt(losing, attempt, 'me', noSignal), true)
    assert.equal(calls, 2)
  })
})

describe('a patient store', () => {
  const patience = { firstDelayMs: 1, maxDelayMs: 2, deniedMs: 5 }

  it('tries again while the store is away, tells the trouble, and forgets it afterwards', async () => {
    const store = new MemoryStore()
    const patient = patientStore(store, patience)
    let calls = 0
    store.fail = () => (++calls < 5 ? new StoreError('away', 'HTTP 503') : null)
    const put = patient.put('k', Buffer.from('x'), 'text/plain', noSignal)
    await put
    assert.equal(calls, 5)
    assert.equal(patient.trouble(), null)
  })

  it('gives up at once what another try does not change, and in the end what is denied', async () => {
    const store = new MemoryStore()
    const refused: string[] = []
    const denied: string[] = []
    const put = () =>
      patientStore(store, patience).put('k', Buffer.from('x'), 'text/plain', noSignal)
    store.fail = () => (refused.push(''), new StoreError('refused', 'HTTP 400'))
    await assert.rejects(put(), /400/)
    assert.equal(refused.length, 1)
    store.fail = () => (denied.push(''), new StoreError('denied', 'HTTP 403'))
    await assert.rejects(put(), /403/)
    assert.ok(denied.length > 2)
  })

  it('ends with its signal', async () => {
    const store = new MemoryStore()
    store.fail = () => new StoreError('away', 'HTTP 503')
    const patient = patientStore(store, { ...patience, firstDelayMs: 10_000, maxDelayMs: 10_000 })
    const put = patient.put('k', Buffer.from('x'), 'text/plain', AbortSignal.timeout(50))
    await assert.rejects(put)
    assert.equal(patient.trouble(), 'HTTP 503')
  })
})
