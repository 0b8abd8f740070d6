import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { LogLines } from '../../src/adapters/compute-kubernetes/log-lines.ts'
import type { OpenPodLog } from '../../src/adapters/compute-kubernetes/log-spool.ts'
import { WorkerLogs } from '../../src/adapters/compute-kubernetes/worker-logs.ts'

const at = (nanoseconds: number) => `2026-11-24T09:00:00.${String(nanoseconds).padStart(9, '0')}Z`
const stamped = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, index) => `${at(from + index)} line ${from + index}\n`,
  ).join('')
const plain = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('')

function read(chunks: readonly string[], since = '') {
  const lines = new LogLines(since)
  const out = chunks.flatMap((chunk) => [...lines.take(Buffer.from(chunk))])
  return { text: Buffer.concat(out).toString(), last: lines.last }
}

test('timestamps are taken off, however the stream is cut into chunks', () => {
  const whole = `${at(1)} one\n${at(2)} \n${at(3)} two words\n${at(4)} no end`
  for (let size = 1; size <= whole.length; size++) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
      whole.slice(index * size, (index + 1) * size),
    )
    assert.equal(read(chunks).text, 'one\n\ntwo words\nno end', `chunks of ${size}`)
  }
  assert.equal(read([whole]).last, at(3))
})

test('lines that were taken before are dropped, whatever zeros their timestamps end with', () => {
  assert.equal(read([stamped(1, 6)], at(3)).text, plain(4, 6))
  const short = '2026-11-24T09:00:00.5Z'
  assert.equal(read([`${short} old\n2026-11-24T09:00:00.51Z new\n`], short).text, 'new\n')
})

test('what has no timestamp is no line of the worker: the kubelet tells that it cannot read on', () => {
  const told = 'failed to try resolving symlinks in path "/var/log/pods/a/worker/0.log"'
  const { text, last } = read([stamped(1, 3), `${told}\n`])
  assert.equal(text, plain(1, 3))
  assert.equal(last, at(2))
  assert.equal(read([told]).text, '')
})

interface Far {
  readonly asked: { readonly follow: boolean; readonly since: string }[]
  open: OpenPodLog
}

function logsUnder(t: TestContext, maxStreams = 10) {
  const directory = mkdtempSync(join(tmpdir(), 'dsc-logs-'))
  const far: Far = { asked: [], open: () => Promise.resolve(null) }
  const open: OpenPodLog = (pod, options, signal) => {
    far.asked.push(options)
    return far.open(pod, options, signal)
  }
  const make = () => new WorkerLogs({ directory, open, maxStreams, log: { warn: () => undefined } })
  const logs = make()
  t.after(async () => {
    await logs[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })
  return { logs, far, make }
}

async function* chunksOf(...texts: readonly string[]) {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text))
}

async function textOf(stream: AsyncIterable<unknown> | null): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const ref = { jobId: 'job-01', attempt: 1 }
const logged = (workerEnded: boolean, logBytes = 1_000_000) =>
  ({ ref, pod: 'job-01-1-abcde', logBytes, workerEnded }) as const
const { signal } = new AbortController()

test('a stream that breaks is taken up again behind the last line, and none comes twice', async (t) => {
  const { logs, far } = logsUnder(t)
  const broken = Promise.withResolvers<undefined>()
  far.open = (_pod, { follow, since }) => {
    if (far.asked.length === 1) {
      return Promise.resolve(
        (async function* () {
          yield* chunksOf(stamped(1, 4))
          await broken.promise
          throw new Error('reset')
        })(),
      )
    }
    assert.equal(since, at(3))
    return Promise.resolve(chunksOf(stamped(1, follow ? 6 : 8)))
  }
  logs.seen(logged(false))
  broken.resolve(undefined)
  const text = await textOf(await logs.read(logged(true), false, signal))
  assert.equal(text, plain(1, 8))
})

test('the log of a pod that was deleted is there up to its last line', async (t) => {
  const { logs, far } = logsUnder(t)
  far.open = () => Promise.resolve(far.asked.length === 1 ? chunksOf(stamped(1, 5)) : null)
  logs.seen(logged(false))
  assert.equal(await textOf(await logs.read(logged(true), false, signal)), plain(1, 5))
})

test('a restarted service goes on with the log that it had begun', async (t) => {
  const { logs, far, make } = logsUnder(t)
  const waiting = Promise.withResolvers<undefined>()
  far.open = (_pod, _options, stopped) =>
    Promise.resolve(
      (async function* () {
        yield* chunksOf(stamped(1, 4))
        waiting.resolve(undefined)
        await once(stopped, 'abort')
      })(),
    )
  logs.seen(logged(false))
  await waiting.promise
  await logs[Symbol.asyncDispose]()
  const again = make()
  t.after(() => again[Symbol.asyncDispose]())
  far.open = (_pod, { since }) => {
    assert.equal(since, at(3))
    return Promise.resolve(chunksOf(stamped(3, 9)))
  }
  assert.equal(await textOf(await again.read(logged(true), false, signal)), plain(1, 9))
})

test('beyond its bound a log keeps head and tail, with a mark between', async (t) => {
  const { logs, far } = logsUnder(t)
  far.open = () => Promise.resolve(chunksOf(stamped(1, 3000)))
  const text = await textOf(await logs.read(logged(true, 2000), false, signal))
  assert.ok(text.startsWith(plain(1, 20)))
  assert.ok(text.endsWith(plain(2990, 3000)))
  assert.match(text, /\[dataspace-compute: \d+ bytes of this log were left out here\]/)
  assert.ok(text.length < 2200)
})

test('beyond the number of streams a log is read at the worker’s end', async (t) => {
  const { logs, far } = logsUnder(t, 0)
  far.open = () => Promise.resolve(chunksOf(stamped(1, 4)))
  logs.seen(logged(false))
  assert.equal(far.asked.length, 0)
  assert.equal(await logs.read(logged(false), false, signal), null)
  assert.equal(await textOf(await logs.read(logged(true), false, signal)), plain(1, 4))
  assert.deepEqual(
    far.asked.map(({ follow }) => follow),
    [false],
  )
})

test('a followed log whose connection has died is read to its end when the worker has ended', async (t) => {
  const { logs, far } = logsUnder(t)
  const silent = Promise.withResolvers<undefined>()
  far.open = (_pod, { follow }, stopped) =>
    Promise.resolve(
      (async function* () {
        yield* chunksOf(stamped(1, follow ? 4 : 9))
        if (!follow) return
        silent.resolve(undefined)
        await once(stopped, 'abort')
        throw new Error('aborted')
      })(),
    )
  logs.seen(logged(false))
  await silent.promise
  const begunAt = performance.now()
  assert.equal(await textOf(await logs.read(logged(true), false, signal)), plain(1, 9))
  assert.ok(performance.now() - begunAt < 15_000, 'it did not wait as long as for a living one')
  assert.deepEqual(far.asked.at(-1), { follow: false, since: at(3) })
})
