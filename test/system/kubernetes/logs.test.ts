import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { shellService } from '../../support/kubernetes-variables.ts'
import { residentMemory } from '../../support/resident-memory.ts'
import { until } from '../../support/until.ts'
import { processWorld, type ProcessWorld } from './process-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

const mebibyte = 1024 * 1024
const logBytes = mebibyte
const lastNumber = 300

const services = (desk: WorkerDesk) => [
  shellService(
    'talking',
    `${desk.begin}; echo first; ${desk.wait}; echo last; echo made > /work/out/result`,
    { egress: desk.egress },
  ),
  // A mebibyte of lines, printed as fast as the node takes them, when the head has been seen: the node keeps few files of a
  // log, and one who comes after their turn gets no head.
  shellService(
    'loud',
    `echo the head
    yes 'a line of this loud worker, which has nothing to say but says it again and again' |
      head -c ${mebibyte} > /tmp/lines
    ${desk.begin}
    ${desk.wait}
    end=$(($(date +%s) + 6))
    printed=0
    while [ $(date +%s) -lt $end ]; do cat /tmp/lines; printed=$((printed + 1)); done
    echo
    echo the tail
    echo $printed > /work/out/result`,
    { egress: desk.egress, limits: { logBytes } },
  ),
  shellService(
    'counting',
    `${desk.begin}; number=0
    while [ $number -lt ${lastNumber} ]; do
      number=$((number + 1)); echo number $number; sleep 0.05
    done
    echo made > /work/out/result`,
    { egress: desk.egress },
  ),
]

let world: ProcessWorld
before(async () => {
  world = await processWorld(services)
})
after(() => world[Symbol.asyncDispose]())

describe('logs of pods', { concurrency: 1 }, () => {
  it('lines come while the worker runs, to one who follows and to one who looks', async (t) => {
    const job = await world.begunJob(t, 'talking')
    const url = `${job.service().urls.consumerUrl}/v1/jobs/${job.id}/logs?follow=true`
    const path = '/logs'
    await until('the first line', async () => (await job.text(path)) === 'first\n')
    const headers = { authorization: `Bearer ${job.token}` }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) })
    assert.ok(answer.body !== null)
    const seen: string[] = []
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      // The worker ends only when its first line has come.
      if (seen.length === 0) world.desk.release(job.id)
      seen.push(chunk)
    }
    assert.equal(seen[0], 'first\n')
    assert.equal(seen.join(''), 'first\nlast\n')
    assert.equal((await job.ended()).state, 'SUCCEEDED')
    assert.equal(await job.text(path), 'first\nlast\n')
  })

  it('a worker that prints as fast as it can does no harm: answers are quick, memory is bounded, the log is cut and says so', async (t) => {
    const job = await world.begunJob(t, 'loud')
    await until('the head', async () => (await job.text('/logs')) === 'the head\n')
    world.desk.release(job.id)
    const { child, urls } = job.service()
    const memory = residentMemory(child.pid ?? 0)
    const before = memory.now()
    memory.reset()
    const delays = { health: [] as number[], job: [] as number[], logs: [] as number[] }
    const timed = async <T>(of: keyof typeof delays, ask: () => Promise<T>): Promise<T> => {
      const begun = performance.now()
      const answer = await ask()
      delays[of].push(performance.now() - begun)
      return answer
    }
    let isOver = false
    const whole = job.ended().finally(() => {
      isOver = true
    })
    while (!isOver) {
      await pause(100)
      const health = new URL('/health/live', urls.managementUrl)
      assert.equal((await timed('health', () => fetch(health))).status, 200)
      const { state } = await timed('job', job.job)
      if (state !== 'RUNNING') continue
      const begun = performance.now()
      await job.text('/logs?tail=1')
      const took = performance.now() - begun
      // One who asks when the worker has ended waits for the whole log.
      if ((await job.job()).state === 'RUNNING') delays.logs.push(took)
    }
    const ended = await whole
    const growth = memory.peak() - before
    const printed = Number(await job.text('/outputs/result'))
    const inOrder = (ms: readonly number[]) => ms.toSorted((one, other) => one - other)
    const median = (ms: readonly number[]) => inOrder(ms)[Math.floor(ms.length / 2)] ?? Infinity
    const longest = (ms: readonly number[]) => inOrder(ms).at(-1) ?? Infinity
    const shown = Object.entries(delays).map(
      ([of, ms]) =>
        `${of} ${ms.length} times, median ${median(ms).toFixed(0)} ms, longest ${longest(ms).toFixed(0)} ms`,
    )
    const said = `${printed} MiB in 6 s; ${shown.join('; ')}; ${growth.toFixed(0)} MiB more memory`
    t.diagnostic(said)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.ok(longest(delays.health) < 3000 && longest(delays.job) < 3000, said)
    assert.ok(longest(delays.logs) < 5000, said)
    assert.ok(growth < 160, said)

    const log = await job.text(`/logs`)
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
    const job = await world.begunJob(t, 'counting')
    const path = '/logs'
    for (const number of [60, 140]) {
      await until(`line ${number}`, async () =>
        (await job.text(path)).includes(`number ${number}\n`),
      )
      await job.kill()
      await job.restart()
    }
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(world.desk.starts(job.id), [1])
    const lines = Array.from({ length: lastNumber }, (_, index) => `number ${index + 1}\n`)
    assert.equal(await job.text(path), lines.join(''))
  })
})
