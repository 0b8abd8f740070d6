import assert from 'node:assert/strict'
import { mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fromBufferPromise } from 'yauzl'
import { ZipFile } from 'yazl'
import { claimKey, attemptPrefix } from '../../src/domain/bucket-layout.ts'
import type { StagedInput } from '../../src/staging/agent-task.ts'
import type { LocalStore } from '../contracts/compute-local-store.ts'
import { sha256 } from '../contracts/compute-backend-harness.ts'
import { Gate } from './gate.ts'
import { newStore, PodUnderTest } from './pod-under-test.ts'

const input = (name: string, parts: Partial<StagedInput>): StagedInput => ({
  name,
  kind: 'file',
  target: null,
  maxBytes: null,
  prefix: `inputs/${name}/`,
  objects: [],
  ...parts,
})

const result = [{ name: 'result', kind: 'file' as const }]

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, body] of Object.entries(files)) zip.addBuffer(Buffer.from(body), name)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** A pod with an input that the gate holds in the middle, whatever the machine does. */
async function heldInStageIn(t: Parameters<typeof newStore>[0], store: LocalStore) {
  const gate = await Gate.before(t, store.endpoint)
  const object = await store.put('inputs/large', Buffer.alloc(8 * 1024 * 1024, 'x'))
  const pod = await PodUnderTest.make(t, store, {
    endpoint: gate.endpoint,
    task: ({ inputs }) => ({
      inputs: [input('large', { target: `${inputs}/large/large`, objects: [object] })],
      outputs: result,
    }),
  })
  gate.closeAfter(1024 * 1024, 'down')
  const agent = await pod.start()
  await gate.holds()
  await agent.step('staging')
  return { pod, agent, gate }
}

describe('the agent in a pod', () => {
  it('stages inputs of all kinds, waits, and collects outputs of all kinds when it is told to end', async (t) => {
    const store = await newStore(t)
    const env = await store.put('inputs/env', 'A=1\n')
    const file = await store.put('inputs/table', 'a,b\n')
    const archive = await store.put('inputs/zip', await zipOf({ 'deep/one': '1', two: '2' }))
    const set = [await store.put('inputs/set/x/y', 'y'), await store.put('inputs/set/z', 'z')]
    const pod = await PodUnderTest.make(t, store, {
      task: ({ inputs }) => ({
        inputs: [
          input('env', { kind: 'environment', objects: [env] }),
          input('zip', { kind: 'archive', target: `${inputs}/zip`, objects: [archive] }),
          input('set', { kind: 'directory', target: `${inputs}/set`, objects: set }),
          input('table', { target: `${inputs}/zip/deep/table`, objects: [file] }),
        ],
        outputs: [
          { name: 'result', kind: 'file' },
          { name: 'plots', kind: 'directory' },
          { name: 'all.zip', kind: 'archive' },
          { name: 'absent', kind: 'file' },
        ],
      }),
    })
    const agent = await pod.stage()
    const { inputs, outputs } = pod.paths
    for (const [path, body] of Object.entries({
      'zip/deep/one': '1',
      'zip/deep/table': 'a,b\n',
      'zip/two': '2',
      'set/x/y': 'y',
      'set/z': 'z',
    })) {
      assert.equal(await readFile(join(inputs, path), 'utf8'), body)
      assert.equal((await stat(join(inputs, path))).mode & 0o777, 0o644)
    }
    for (const path of ['zip', 'zip/deep', 'set', 'set/x']) {
      assert.equal((await stat(join(inputs, path))).mode & 0o777, 0o755)
    }
    assert.equal(await pod.report(), null)
    await writeFile(join(outputs, 'result'), 'done\n')
    await mkdir(join(outputs, 'plots'))
    await writeFile(join(outputs, 'plots/p.svg'), '<svg/>')
    agent.send('SIGTERM')
    agent.send('SIGINT')
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 0, agent.log())
    assert.equal(await pod.message(), null)
    assert.equal(String(await pod.output('result')), 'done\n')
    assert.equal(String(await pod.output('plots/p.svg')), '<svg/>')
    const zip = await fromBufferPromise((await pod.output('all.zip')) ?? Buffer.alloc(0))
    assert.equal(zip.entryCount, 3)
    const report = await pod.report()
    assert.deepEqual([report?.failure, report?.missing], [null, ['absent']])
    assert.deepEqual(
      report?.inputs.map(({ key, sha256: digest }) => [key, digest]),
      [
        ['inputs/env', sha256('A=1\n')],
        ['inputs/zip', sha256((await store.get('inputs/zip')) ?? '')],
        ['inputs/set/x/y', sha256('y')],
        ['inputs/set/z', sha256('z')],
        ['inputs/table', sha256('a,b\n')],
      ],
    )
    assert.deepEqual(await pod.names('scratch'), ['begun', 'staged.json', 'termination-message'])
  })

  it('touches nothing of an attempt that another pod has claimed, however often it is started', async (t) => {
    const store = await newStore(t)
    const file = await store.put('inputs/table', 'a,b\n')
    const pod = await PodUnderTest.make(t, store, {
      task: ({ inputs }) => ({
        inputs: [input('table', { target: `${inputs}/table`, objects: [file] })],
      }),
    })
    const { jobId, attempt } = pod.ref
    await store.put(claimKey(jobId, attempt), 'another-uid')
    for (const life of ['first', 'second']) {
      const agent = await pod.start()
      assert.equal(await agent.end(), 3, `${life} life: ${agent.log()}`)
      assert.equal((await pod.message())?.code, 'node-lost')
      assert.deepEqual(await pod.names('inputs'), [])
      assert.deepEqual(await pod.names('scratch'), ['termination-message'])
      assert.deepEqual(await store.keys(attemptPrefix(jobId, attempt)), [claimKey(jobId, attempt)])
    }
    assert.equal(String(await store.get(claimKey(jobId, attempt))), 'another-uid')
  })

  it('goes on with a claim of its own, which a life before it wrote', async (t) => {
    const store = await newStore(t)
    const pod = await PodUnderTest.make(t, store)
    await store.put(claimKey(pod.ref.jobId, pod.ref.attempt), pod.uid)
    const agent = await pod.stage()
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 0)
  })

  it('says what is wrong with an input, in the report and to the kubelet, again in each later life', async (t) => {
    const store = await newStore(t)
    const file = await store.put('inputs/table', 'before')
    const pod = await PodUnderTest.make(t, store, {
      task: ({ inputs }) => ({
        inputs: [input('table', { target: `${inputs}/table`, objects: [file] })],
        outputs: result,
      }),
    })
    await store.put('inputs/table', 'afterwards')
    for (const life of ['first', 'second']) {
      const agent = await pod.start()
      const place = (await stat(pod.paths.terminationMessage)).ino
      assert.equal(await agent.end(), 1, `${life} life: ${agent.log()}`)
      const message = await pod.message()
      assert.equal(message?.code, 'input-changed')
      assert.match(message.message, /inputs\/table/)
      assert.equal((await stat(pod.paths.terminationMessage)).ino, place, 'written in place')
      assert.equal(await pod.has('staged'), false)
    }
    const report = await pod.report()
    assert.equal(report?.failure?.code, 'input-changed')
    assert.deepEqual(report.outputs, [])
  })

  it('gives up within its time when the store is away, and says so', async (t) => {
    const store = await newStore(t)
    const pod = await PodUnderTest.make(t, store, { task: () => ({ stageSeconds: 2 }) })
    await store.goAway()
    const agent = await pod.start()
    assert.equal(await agent.end(), 1)
    assert.equal((await pod.message())?.code, 'store-unavailable')
    await store.comeBack()
    assert.equal(await pod.report(), null)
  })

  it('ends at once when it is told to in the middle of stage-in, without report and outputs', async (t) => {
    const store = await newStore(t)
    const { pod, agent } = await heldInStageIn(t, store)
    const startedAt = performance.now()
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 1)
    assert.ok(performance.now() - startedAt < 2_000)
    assert.equal((await pod.message())?.code, 'pod-deleted')
    assert.equal(await pod.has('staged'), false)
    assert.equal(await pod.report(), null)
  })

  it('does not stage a second time when it was killed in the middle of stage-in', async (t) => {
    const store = await newStore(t)
    const { pod, agent, gate } = await heldInStageIn(t, store)
    await agent.kill()
    gate.open()
    const before = await stat(join(pod.paths.inputs, 'large/large'))
    const again = await pod.start()
    assert.equal(await again.end(), 1)
    assert.deepEqual(await pod.message(), {
      code: 'staging-failed',
      message: 'The agent was restarted in the middle of stage-in.',
    })
    assert.equal(await pod.has('staged'), false)
    const after = await stat(join(pod.paths.inputs, 'large/large'))
    assert.deepEqual([after.ino, after.size], [before.ino, before.size])
  })

  it('loses nothing when it is killed while the worker runs', async (t) => {
    const store = await newStore(t)
    const file = await store.put('inputs/table', 'a,b\n')
    const pod = await PodUnderTest.make(t, store, {
      task: ({ inputs }) => ({
        inputs: [input('table', { target: `${inputs}/table`, objects: [file] })],
        outputs: result,
      }),
    })
    await (await pod.stage()).kill()
    await writeFile(join(pod.paths.outputs, 'result'), 'done\n')
    const again = await pod.start()
    await again.step('staged before')
    again.send('SIGTERM')
    assert.equal(await again.end(), 0, again.log())
    assert.equal(String(await pod.output('result')), 'done\n')
    assert.equal((await pod.report())?.inputs[0]?.sha256, sha256('a,b\n'))
  })

  it('says what it cannot collect, in the report and to the kubelet', async (t) => {
    const store = await newStore(t)
    const pod = await PodUnderTest.make(t, store, { task: () => ({ outputs: result }) })
    const agent = await pod.stage()
    await mkdir(join(pod.paths.outputs, 'result'))
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 1)
    assert.equal((await pod.message())?.code, 'output-refused')
    assert.equal((await pod.report())?.failure?.code, 'output-refused')
  })

  it('has another user than the folders and the worker, and says what to do about a file it cannot read', async (t) => {
    if (process.getuid?.() !== 0) {
      t.skip('needs root to become another user')
      return
    }
    if (!(await othersReach(process.execPath)) || !(await othersReach(import.meta.filename))) {
      t.skip('another user cannot reach this program: its folder is private')
      return
    }
    const store = await newStore(t)
    const file = await store.put('inputs/table', 'a,b\n')
    const pod = await PodUnderTest.make(t, store, {
      user: 65534,
      task: ({ inputs }) => ({
        inputs: [input('table', { target: `${inputs}/one/table`, objects: [file] })],
        outputs: [...result, { name: 'all.zip', kind: 'archive' }],
      }),
    })
    const agent = await pod.stage()
    assert.equal((await stat(join(pod.paths.inputs, 'one/table'))).uid, 65534)
    await writeFile(join(pod.paths.outputs, 'result'), 'mine', { mode: 0o600 })
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 1)
    const message = await pod.message()
    assert.equal(message?.code, 'output-refused')
    assert.match(message.message, /"result" cannot be read by the agent: .*worker\.user as uid:gid/)
  })

  it('ends with a message when it has no task', async (t) => {
    const store = await newStore(t)
    const pod = await PodUnderTest.make(t, store)
    await unlink(pod.paths.task)
    const agent = await pod.start()
    assert.equal(await agent.end(), 1)
    assert.deepEqual(await pod.message(), {
      code: 'internal',
      message: 'The task of this pod cannot be read (ENOENT).',
    })
  })
})

/** Whether every user may pass through all folders above. */
async function othersReach(path: string): Promise<boolean> {
  const above = dirname(path)
  if (above === path) return true
  return ((await stat(above)).mode & 0o001) !== 0 && (await othersReach(above))
}
