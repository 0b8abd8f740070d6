import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../support/until.ts'

const program = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
const allowedMs = 60_000

/** The demo as a process of its own, with a folder for everything that it writes. */
async function startDemo(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const take = (text: string) => (output += text)
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const closed = once(child, 'close') as Promise<[number | null]>
  const servicePid = () => Number(/as process (\d+)\./.exec(output)?.[1])
  return {
    folder,
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    killService: () => process.kill(servicePid(), 'SIGKILL'),
    seen: (text: string) =>
      until(text, () => Promise.resolve(output.includes(text)), allowedMs / 2),
    exitCode: async () => (await closed)[0],
    /** Nothing of it runs or lies about any more. */
    assertGone: async () => {
      assert.deepEqual(await readdir(temporary), [])
      assert.deepEqual(await processesOf(temporary), [])
      if (!Number.isNaN(servicePid())) assert.throws(() => process.kill(servicePid(), 0))
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Processes with this folder in their command line; none where the system does not tell. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(folder))
}

describe('the demo', { concurrency: true }, () => {
  test('tells the whole story in plain lines, and leaves only its results', async () => {
    await using demo = await startDemo()
    const begun = performance.now()
    assert.equal(await demo.exitCode(), 0, demo.output())
    assert.ok(performance.now() - begun < allowedMs)
    for (const expected of [
      /== Step 1: /,
      /"state": "STARTED"/,
      /daily\.csv is in the bucket: .* 48,219 bytes/,
      /is WAITING_FOR_INPUTS/,
      /monthly\.csv is in the bucket: the same 18,547 bytes/,
      /1461 days and 741 months read/,
      /The job has SUCCEEDED/,
      /\d+ {2}job\.succeeded +genuine/,
      /All 8 files have the digests that the manifest promises/,
      /S3: read inputs\/daily\.csv +200 +403 AccessDenied/,
      /S3 says 40[34] \w+, the API 410 Gone/,
      /bucket gone +\d{4}-/,
      /== Done: 15 checks passed/,
    ]) {
      assert.match(demo.output(), expected)
    }
    assert.ok(!demo.output().includes('\u001b'), 'no control sequences without a terminal')
    const plot = /The plot, to be opened: (.+)/.exec(demo.output())?.[1] ?? ''
    assert.ok(plot.startsWith(join(demo.folder, 'demo-results')))
    assert.equal((await readFile(plot)).subarray(1, 4).toString(), 'PNG')
    await demo.assertGone()
  })

  test('says which step has failed when the service dies, and ends with 1', async () => {
    await using demo = await startDemo()
    await demo.seen('== Step 5')
    demo.killService()
    assert.equal(await demo.exitCode(), 1, demo.output())
    assert.match(demo.output(), /✗ Step 5, "The consumer's backend uses it", has failed/)
    assert.match(demo.output(), /expected: a subscription to events/)
    assert.match(demo.output(), /what happened: the service's process has ended \(SIGKILL\)/)
    assert.match(demo.output(), /The end of the service's log:\n +\S/)
    assert.deepEqual((await readdir(demo.folder)).sort(), ['tmp'])
    await demo.assertGone()
  })

  test('ends everything that it has started when it is told to end in the middle of a job', async () => {
    await using demo = await startDemo()
    await demo.seen('job.queued')
    demo.kill('SIGTERM')
    assert.equal(await demo.exitCode(), 143, demo.output())
    await demo.assertGone()
  })

  test('keeps everything running with --keep, until it is interrupted', async () => {
    await using demo = await startDemo('--keep')
    await demo.seen('until Ctrl-C')
    await demo.seen('X-Api-Key')
    const token = /TOKEN=(\S+)/.exec(demo.output())?.[1] ?? ''
    const url = /\$TOKEN" (\S+)/.exec(demo.output())?.[1] ?? ''
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /dataspace-compute\/access\/1/)
    demo.kill('SIGINT')
    assert.equal(await demo.exitCode(), 0, demo.output())
    await demo.assertGone()
  })
})
