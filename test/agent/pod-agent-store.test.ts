import assert from 'node:assert/strict'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createHash, randomBytes } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { attemptPrefix, outputsListKey, outputsPrefix } from '../../src/domain/bucket-layout.ts'
import { residentMemory } from '../support/resident-memory.ts'
import { until } from '../support/until.ts'
import { Gate } from './gate.ts'
import { newStore, PodUnderTest } from './pod-under-test.ts'

const result = [{ name: 'result', kind: 'file' as const }]
const mebibyte = 1024 * 1024

describe("the pod's agent and its session", { concurrency: true }, () => {
  const cases = [
    ['has run out, as it knows', (real: Date) => real],
    ['is refused by the store before its time', () => new Date(Date.now() + 3_600_000)],
  ] as const
  for (const [reason, told] of cases) {
    it(`waits with the outputs while the session ${reason}, until the Secret has another one`, async (t) => {
      const store = await newStore(t)
      const pod = await PodUnderTest.make(t, store, { task: () => ({ outputs: result }) })
      const short = await store.credentials(pod.ref, [], 5)
      await pod.mountSecret({ ...short, expiresAt: told(short.expiresAt) })
      const agent = await pod.stage()
      await writeFile(join(pod.paths.outputs, 'result'), 'done\n')
      await until('the end of the session', () => Date.now() > short.expiresAt.getTime())
      agent.send('SIGTERM')
      await agent.step('collecting')
      assert.equal(await pod.report(), null)
      await pod.mountSecret(await store.credentials(pod.ref, []))
      assert.equal(await agent.end(), 0, agent.log())
      assert.equal(String(await pod.output('result')), 'done\n')
    })
  }

  it('ends within its time when no session comes, and says that this was it', async (t) => {
    const store = await newStore(t)
    const pod = await PodUnderTest.make(t, store, {
      task: () => ({ outputs: result, collectSeconds: 10 }),
    })
    const agent = await pod.stage()
    const session = await store.credentials(pod.ref, [])
    await pod.mountSecret({ ...session, expiresAt: new Date(0) })
    const startedAt = performance.now()
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 1)
    assert.ok(performance.now() - startedAt < 10_000, 'time is left before the kubelet kills it')
    const message = await pod.message()
    assert.equal(message?.code, 'store-unavailable')
    assert.match(message.message, /there is no session that has not run out/)
  })

  it('writes to its own attempt alone, also when it was frozen until the next one had succeeded', async (t) => {
    const store = await newStore(t)
    const gate = await Gate.before(t, store.endpoint)
    const jobId = `job-frozen${process.pid}`
    const old = await PodUnderTest.make(t, store, {
      ref: { jobId, attempt: 1 },
      endpoint: gate.endpoint,
      task: () => ({ outputs: result }),
    })
    const frozen = await old.stage()
    await writeFile(join(old.paths.outputs, 'result'), Buffer.alloc(32 * mebibyte, 'o'))
    gate.closeAfter(mebibyte, 'up')
    frozen.send('SIGTERM')
    await gate.holds()
    frozen.send('SIGTERM')
    await frozen.freeze()
    const next = await PodUnderTest.make(t, store, {
      ref: { jobId, attempt: 2 },
      task: () => ({ outputs: result }),
    })
    const agent = await next.stage()
    await writeFile(join(next.paths.outputs, 'result'), 'new')
    agent.send('SIGTERM')
    assert.equal(await agent.end(), 0)
    const keys = await store.keys(attemptPrefix(jobId, 2))
    const report = await store.get(outputsListKey(jobId, 2))
    assert.equal(await old.report(), null)
    gate.open()
    frozen.send('SIGCONT')
    assert.equal(await frozen.end(), 0, frozen.log())
    assert.equal((await old.output('result'))?.length, 32 * mebibyte)
    assert.deepEqual(await store.keys(attemptPrefix(jobId, 2)), keys)
    assert.deepEqual(await store.get(outputsListKey(jobId, 2)), report)
    assert.equal(String(await next.output('result')), 'new')
    const { accessKeyId, secretAccessKey, sessionToken, endpoint, region } =
      await store.credentials(old.ref, [])
    const credentials = { accessKeyId, secretAccessKey, sessionToken }
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    t.after(() => s3.destroy())
    const write = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket: store.bucket, Key, Body: 'old' }))
    await assert.rejects(write(`${outputsPrefix(jobId, 2)}result`), { name: 'AccessDenied' })
    await assert.rejects(write(outputsListKey(jobId, 2)), { name: 'AccessDenied' })
    await write(`${outputsPrefix(jobId, 1)}result`)
  })
})

describe("the pod's agent and the machine", () => {
  for (const [kind, mebibytes] of [
    ['file', 256],
    ['archive', 128],
  ] as const) {
    it(`waits with a processor at rest, and collects ${mebibytes} MiB as ${kind} with little more memory than it waits with`, async (t) => {
      const store = await newStore(t)
      const outputs = [{ name: 'result', kind }]
      const pod = await PodUnderTest.make(t, store, { task: () => ({ outputs }) })
      const agent = await pod.stage()
      const digest = await writeRandom(join(pod.paths.outputs, 'result'), mebibytes)
      await agent.step('staged')
      const cpuBefore = agent.cpuSeconds()
      await pause(1_000)
      const cpuSeconds = agent.cpuSeconds() - cpuBefore
      const memory = residentMemory(agent.pid)
      const waiting = memory.now()
      memory.reset()
      const startedAt = performance.now()
      agent.send('SIGTERM')
      let peak = waiting
      await until(
        'the end',
        () => {
          if (!agent.exited()) peak = Math.max(peak, peakOf(memory) ?? 0)
          return agent.exited()
        },
        60_000,
      )
      const seconds = (performance.now() - startedAt) / 1000
      t.diagnostic(
        `waiting: ${waiting.toFixed(0)} MiB, ${cpuSeconds.toFixed(2)} s CPU in 1 s; ` +
          `${mebibytes} MiB as ${kind} in ${seconds.toFixed(1)} s with ${peak.toFixed(0)} MiB`,
      )
      assert.equal(await agent.end(), 0, agent.log())
      const uploaded = (await pod.report())?.outputs[0]
      if (kind === 'file') assert.equal(uploaded?.sha256, digest)
      else assert.ok((uploaded?.bytes ?? 0) > mebibytes * mebibyte)
      assert.ok(cpuSeconds < 0.1, `${cpuSeconds} s`)
      assert.ok(peak - waiting <= 64, `grew by ${peak - waiting} MiB`)
    })
  }
})

/** Null: it has just ended. */
function peakOf({ peak }: { readonly peak: () => number }): number | null {
  try {
    return peak()
  } catch {
    return null
  }
}

async function writeRandom(path: string, mebibytes: number): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  for (let count = 0; count < mebibytes; count++) {
    const chunk = randomBytes(mebibyte)
    hash.update(chunk)
    await file.write(chunk)
  }
  await file.close()
  return hash.digest('hex')
}
