import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { shellService, workerImages } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { tarGzOf, zipOf } from './archives.ts'
import { assertFailure, podJobs, type PodJobs } from './pod-jobs.ts'
import { contractCases, contractServices } from './worker-contract-cases.ts'
import type { WorkerDesk } from './worker-desk.ts'

const archive = (name: string, mountPath: string) => ({
  ...{ name, mountPath },
  ...{ kind: 'archive', required: true },
})
const table = { name: 'table.csv', kind: 'file', mountPath: '/work/in', required: true }
const once = { limits: { attempts: 1 } }
const mebibytes = 256

const services = (desk: WorkerDesk) => [
  ...contractServices('image'),
  shellService('copy', 'sleep 1; cat /work/in/table.csv > /work/out/result', { inputs: [table] }),
  shellService('two', 'cat /one/a.txt /two/b/c.txt > /work/out/result', {
    inputs: [archive('one.zip', '/one'), archive('two.tar.gz', '/two')],
  }),
  shellService('nothing', 'echo here; true'),
  shellService('no-outputs', 'ls /work 2>&1; true', { outputs: [], outputDirectory: null }),
  shellService('no-image', 'true', {
    ...once,
    worker: { image: 'localhost/there-is-no-such-image:1' },
  }),
  {
    id: 'large',
    title: 'large',
    datasets: ['*'],
    worker: {
      image: workerImages.python,
      env: { BYTES: String(mebibytes * 1024 * 1024), SEED: 'a' },
    },
    outputs: [{ name: 'data.bin', kind: 'file', required: true }],
    outputDirectory: '/home/user/out',
  },
  shellService('both', `${desk.begin}; ${desk.wait}; cat /work/in/table.csv > /work/out/result`, {
    inputs: [table],
    egress: desk.egress,
  }),
]

let world: PodJobs
before(async () => {
  // A contract ends at once, without the time in which a new flow could take it up again.
  world = await podJobs({ services, variables: { DSC_LINGER_SECONDS: '0' } })
})
after(() => world[Symbol.asyncDispose]())

describe('worker contract', { concurrency: 4 }, () => {
  it('case 5: an image that does not exist is FAILED system, in the words of the node', async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('no-image')
    const waiting = await consumer.when(id, 'a reason', (job) => job.stateReason !== null)
    assert.equal(waiting.stateReason?.code, 'image-pulling', JSON.stringify(waiting))
    const ended = await consumer.ended(id)
    assertFailure(ended, {
      code: 'image-pull',
      says: /image of the worker cannot be pulled: .*localhost\/there-is-no-such-image:1/,
      exitCode: null,
    })
    await world.nothingStays(id)
  })

  contractCases('image', () => world)

  it('case 4: two runs at once with different inputs keep their own results', async () => {
    const consumer = await world.consumer()
    await consumer.put('first', 'the first')
    await consumer.put('second', 'the second')
    const run = (name: string) => consumer.submit('copy', { inputs: { 'table.csv': name } })
    const ids = [await run('first'), await run('second')]
    const [first, second] = await Promise.all(ids.map((id) => consumer.ended(id)))
    assert.equal(first?.state, 'SUCCEEDED', JSON.stringify(first))
    assert.equal(second?.state, 'SUCCEEDED', JSON.stringify(second))
    const result = async (id?: string) =>
      (await consumer.call('GET', `/jobs/${id}/outputs/result`)).text
    assert.deepEqual([await result(ids[0]), await result(ids[1])], ['the first', 'the second'])
    for (const id of ids) await world.nothingStays(id)
  })

  it('case 5: two archives lie below their own mount paths', async () => {
    const consumer = await world.consumer()
    await consumer.put('one.zip', await zipOf({ 'a.txt': 'one ' }))
    await consumer.put('two.tar.gz', await tarGzOf({ 'b/c.txt': 'two' }))
    const id = await consumer.submit('two')
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, 'one two')
    await world.nothingStays(id)
  })

  it('case 5: a required output that is missing is FAILED user, and named', async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('nothing')
    const ended = await consumer.ended(id)
    assertFailure(ended, { code: 'output-missing', says: /output result/, exitCode: 0 })
    assert.equal(ended.attempts.length, 1)
    assert.equal(ended.failure?.logTail, 'here\n')
    await world.nothingStays(id)
  })

  it('case 5: a service without an output directory succeeds with its log alone', async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('no-outputs')
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.match((await consumer.call('GET', `/jobs/${id}/logs`)).text, /No such file/)
    await world.nothingStays(id)
  })

  it('case 5: a stage-in that fails is FAILED data, and no worker begins', async () => {
    const consumer = await world.consumer()
    await consumer.put('one.zip', 'no archive at all')
    await consumer.put('two.tar.gz', await tarGzOf({ 'b/c.txt': 'two' }))
    const id = await consumer.submit('two')
    const ended = await consumer.ended(id)
    assertFailure(ended, { code: 'archive-refused', says: /one\.zip/, exitCode: null })
    assert.equal(ended.attempts.length, 1)
    assert.equal((await consumer.call('GET', `/jobs/${id}/logs`)).text, '')
    await world.nothingStays(id)
  })

  it(`case 6: a non-root image writes ${mebibytes} MiB (instead of GiB) to its home, bit-identical after download`, async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('large')
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    const url = `${world.jobs.under.consumerUrl}/v1/jobs/${id}/outputs/data.bin`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${consumer.token}` } })
    assert.equal(answer.status, 200)
    assert.ok(answer.body !== null)
    const downloaded = createHash('sha256')
    for await (const chunk of answer.body) downloaded.update(chunk as Uint8Array)
    assert.equal(downloaded.digest('hex'), expectedDigest('a', mebibytes))
    await world.nothingStays(id)
  })

  it('case 8: two consumers of one service see their own, and the end of one contract takes all of that one', async () => {
    const { desk } = world
    const ending = await world.consumer()
    const staying = await world.consumer()
    const run = async (consumer: typeof ending, content: string) => {
      await consumer.put('table.csv', content)
      const done = await consumer.submit('copy')
      const living = await consumer.submit('both')
      assert.equal((await consumer.ended(done)).state, 'SUCCEEDED')
      await desk.begun(living)
      return { done, living }
    }
    const [his, hers] = await Promise.all([run(ending, 'his'), run(staying, 'hers')])
    for (const path of ['', '/logs', '/manifest', '/outputs/result']) {
      assert.equal((await staying.call('GET', `/jobs/${his.done}${path}`)).status, 404, path)
    }
    const listed = await staying.get<{ readonly items: readonly { readonly id: string }[] }>(
      '/jobs',
    )
    assert.deepEqual(listed.items.map(({ id }) => id).sort(), [hers.done, hers.living].sort())

    assert.equal((await ending.flow('terminate')).status, 200)
    await world.nothingStays(his.living)
    const { app } = world.jobs.under.service
    const bucketOf = async ({ workspaceId }: typeof ending) =>
      (await app.database.read.workspaces.get({ id: workspaceId }))?.bucket ?? ''
    const gone = await bucketOf(ending)
    await until(
      'the bucket is gone',
      async () => !(await app.store.listBuckets(AbortSignal.timeout(5000))).includes(gone),
      60_000,
    )
    assert.ok([401, 403, 410].includes((await ending.call('GET', '/jobs')).status))

    assert.equal((await staying.job(hers.living)).state, 'RUNNING')
    desk.release(hers.living)
    assert.equal((await staying.ended(hers.living)).state, 'SUCCEEDED')
    for (const id of [hers.done, hers.living]) {
      assert.equal((await staying.call('GET', `/jobs/${id}/outputs/result`)).text, 'hers')
    }
    assert.deepEqual(desk.starts(hers.living), [1])
    await world.nothingStays(hers.living)
  })
})

/** What the sample image writes: piece n of 1 MiB is SHAKE128 of `SEED:n`. */
function expectedDigest(seed: string, pieces: number): string {
  const whole = createHash('sha256')
  for (let number = 0; number < pieces; number += 1) {
    const piece = createHash('shake128', { outputLength: 1024 * 1024 })
    whole.update(piece.update(`${seed}:${number}`).digest())
  }
  return whole.digest('hex')
}
