import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultScenario } from '../../support/fault-scenario.ts'
import type { ShownJob } from '../../support/fault-jobs.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables, shellService } from '../../support/kubernetes-variables.ts'
import { residentMemory } from '../../support/resident-memory.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'
import { startWorkerDesk, type WorkerDesk } from './worker-desk.ts'

const mebibyte = 1024 * 1024
const logBytes = mebibyte
const lastNumber = 300

const services = (desk: WorkerDesk) => ({
  'talking.service.yaml': shellService(
    'talking',
    `${desk.begin}; echo first; ${desk.wait}; echo last; echo made > /work/out/result`,
    { egress: desk.egress },
  ),
  // A mebibyte of lines, printed as fast as the node takes them.
  'loud.service.yaml': shellService(
    'loud',
    `echo the head
    yes 'a line of this loud worker, which has nothing to say but says it again and again' |
      head -c ${mebibyte} > /tmp/lines
    ${desk.begin}
    end=$(($(date +%s) + 6))
    printed=0
    while [ $(date +%s) -lt $end ]; do cat /tmp/lines; printed=$((printed + 1)); done
    echo
    echo the tail
    echo $printed > /work/out/result`,
    { egress: desk.egress, limits: { logBytes } },
  ),
  'counting.service.yaml': shellService(
    'counting',
    `${desk.begin}; number=0
    while [ $number -lt ${lastNumber} ]; do
      number=$((number + 1)); echo number $number; sleep 0.05
    done
    echo made > /work/out/result`,
    { egress: desk.egress },
  ),
})

let desk: WorkerDesk
let cluster: Cluster
let namespace = ''
before(async () => {
  desk = await startWorkerDesk()
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await desk[Symbol.asyncDispose]()
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await cluster.down()
})

/** A service in a process of its own, with a job that has begun. */
async function begunJob(t: TestContext, serviceId: string) {
  const variables = kubernetesVariables(cluster, namespace)
  const scenario = await faultScenario(t, { services: services(desk), variables })
  const answer = await scenario.client().call('POST', '/jobs', { serviceId })
  assert.equal(answer.status, 201, answer.text)
  const { id } = answer.body as ShownJob
  await desk.begun(id)
  return {
    ...scenario,
    id,
    text: async (path: string) => (await scenario.client().call('GET', path)).text,
    ended: () =>
      until(
        `the end of ${id}`,
        async () => {
          const job = await scenario.get<ShownJob>(`/jobs/${id}`)
          return job.endedAt !== null && job
        },
        120_000,
      ),
  }
}

describe('logs of pods', { concurrency: 1 }, () => {
  it('lines come while the worker runs, to one who follows and to one who looks', async (t) => {
    const job = await begunJob(t, 'talking')
    const url = `${job.service().urls.consumerUrl}/v1/jobs/${job.id}/logs?follow=true`
    const path = `/jobs/${job.id}/logs`
    await until('the first line', async () => (await job.text(path)) === 'first\n')
    const headers = { authorization: `Bearer ${job.token}` }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) })
    assert.ok(answer.body !== null)
    const seen: string[] = []
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      // The worker ends only when its first line has come.
      if (seen.length === 0) desk.release(job.id)
      seen.push(chunk)
    }
    assert.equal(seen[0], 'first\n')
    assert.equal(seen.join(''), 'first\nlast\n')
    assert.equal((await job.ended()).state, 'SUCCEEDED')
    assert.equal(await job.text(path), 'first\nlast\n')
  })

  it('a worker that prints as fast as it can does no harm: answers are quick, memory is bounded, the log is cut and says so', async (t) => {
    const job = await begunJob(t, 'loud')
    const { child, urls } = job.service()
    const memory = residentMemory(child.pid ?? 0)
    const before = memory.now()
    memory.reset()
    const delays: number[] = []
    const timed = async (ask: () => Promise<unknown>) => {
      const begun = performance.now()
      await ask()
      delays.push(performance.now() - begun)
    }
    let isOver = false
    const whole = job.ended().finally(() => {
      isOver = true
    })
    while (!isOver) {
      await timed(async () => {
        assert.equal((await fetch(new URL('/health/live', urls.managementUrl))).status, 200)
      })
      await timed(() => job.get(`/jobs/${job.id}`))
      await timed(() => job.text(`/jobs/${job.id}/logs?tail=1`))
      await pause(100)
    }
    const ended = await whole
    const growth = memory.peak() - before
    delays.sort((one, other) => one - other)
    const [median = 0, longest = 0] = [delays[Math.floor(delays.length / 2)], delays.at(-1)]
    const printed = Number(await job.text(`/jobs/${job.id}/outputs/result`))
    const said = `${printed} MiB in 6 s, ${delays.length} answers, median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms, ${growth.toFixed(0)} MiB more memory`
    t.diagnostic(said)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.ok(median < 150, said)
    assert.ok(longest < 3000, said)
    assert.ok(growth < 160, said)

    const log = await job.text(`/jobs/${job.id}/logs`)
    assert.match(log, /^the head\n/)
    assert.match(log, /\n\[dataspace-compute: \d+ bytes of this log were left out here\]\n/)
    assert.match(log, /\nthe tail\n$/)
    assert.ok(log.length < logBytes + 1000, String(log.length))
    const { manifest } = await job.get<{
      readonly manifest: { readonly log: { readonly complete: boolean } }
    }>(`/jobs/${job.id}/manifest`)
    assert.equal(manifest.log.complete, false)
  })

  it('a service that is killed and started again in the middle loses no line and doubles none', async (t) => {
    const job = await begunJob(t, 'counting')
    const path = `/jobs/${job.id}/logs`
    for (const number of [60, 140]) {
      await until(`line ${number}`, async () =>
        (await job.text(path)).includes(`number ${number}\n`),
      )
      await job.kill()
      await job.restart()
    }
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(desk.starts(job.id), [1])
    const lines = Array.from({ length: lastNumber }, (_, index) => `number ${index + 1}\n`)
    assert.equal(await job.text(path), lines.join(''))
  })
})
