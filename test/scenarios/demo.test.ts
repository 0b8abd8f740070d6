import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startDemo } from '../support/demo-process.ts'

const allowedMs = 60_000

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
      /== Done: 16 checks passed/,
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
    await using demo = await startDemo(['--keep'])
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
