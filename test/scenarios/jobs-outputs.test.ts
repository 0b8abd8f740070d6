import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { jobsUnderTest, type JobsUnderTest } from '../support/fault-jobs.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

const talks = `
const { existsSync, mkdirSync, writeFileSync } = require('node:fs')
const { NOTES, ROOT } = process.env
console.log('line 1')
const timer = setInterval(() => {
  if (!existsSync(NOTES + '/go')) return
  clearInterval(timer)
  console.error('line 2')
  console.log('line 3')
  mkdirSync(ROOT + '/out/report/below', { recursive: true })
  writeFileSync(ROOT + '/out/out.txt', '0123456789')
  writeFileSync(ROOT + '/out/report/a.txt', 'A')
  writeFileSync(ROOT + '/out/report/below/b.txt', 'B')
}, 20)`
const quick = `
const { mkdirSync, writeFileSync } = require('node:fs')
const { ROOT } = process.env
for (let line = 1; line <= 50; line++) console.log('line ' + line)
writeFileSync(ROOT + '/out/out.txt', '0123456789')`
const both = {
  outputs: [
    { name: 'out.txt', kind: 'file', required: true },
    { name: 'report', kind: 'directory', required: true },
  ],
  parameters: { type: 'object', properties: { NOTES: { type: 'string' } } },
}
const services = {
  'talks.service.yaml': nodeService('talks', talks, both),
  'quick.service.yaml': nodeService('quick', quick),
}

describe('what jobs leave', { concurrency: 3 }, () => {
  let jobs: JobsUnderTest
  before(async () => {
    jobs = await jobsUnderTest({ services })
  })
  after(() => jobs[Symbol.asyncDispose]())

  const fetched = (path: string, token: string, headers: Record<string, string> = {}) =>
    fetch(`${jobs.under.consumerUrl}/v1${path}`, {
      headers: { authorization: token, ...headers },
      redirect: 'manual',
    })

  it('the log is followed live, and ends with the worker; afterwards it is the same text', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('talks', { parameters: { NOTES: jobs.notes } })
    await until('the first line', async () =>
      (await consumer.call('GET', `/jobs/${id}/logs`)).text.includes('line 1'),
    )
    const following = await fetched(`/jobs/${id}/logs?follow=true`, consumer.token)
    assert.ok(following.body)
    let seen = ''
    let ended = false
    for await (const chunk of following.body.pipeThrough(new TextDecoderStream())) {
      seen += chunk
      if (seen.includes('line 1') && !ended) {
        ended = true
        assert.doesNotMatch(seen, /line 2/)
        writeFileSync(join(jobs.notes, 'go'), '')
      }
    }
    assert.equal(seen, 'line 1\nline 2\nline 3\n')
    const job = await consumer.ended(id)
    assert.equal(job.state, 'SUCCEEDED', JSON.stringify(job))
    assert.equal((await consumer.call('GET', `/jobs/${id}/logs`)).text, seen)
    const zip = await fetched(`/jobs/${id}/outputs/report`, consumer.token, {
      accept: 'application/zip',
    })
    assert.equal(zip.status, 200)
    const bytes = Buffer.from(await zip.arrayBuffer()).toString('latin1')
    assert.ok(bytes.startsWith('PK') && bytes.includes('below/b.txt') && bytes.includes('a.txt'))
    assert.equal((await fetched(`/jobs/${id}/outputs/report`, consumer.token)).status, 406)
    const one = await fetched(`/jobs/${id}/outputs/report?path=below/b.txt`, consumer.token)
    assert.equal(await one.text(), 'B')
  })

  it('tail gives the last lines', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('quick')
    await consumer.ended(id)
    const tail = await consumer.call('GET', `/jobs/${id}/logs?tail=2`)
    assert.equal(tail.text, 'line 49\nline 50\n')
  })

  it('content with its digest, ranges, and 304 for what is known', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('quick')
    await consumer.ended(id)
    const path = `/jobs/${id}/outputs/out.txt`
    const whole = await fetched(path, consumer.token)
    const digest = createHash('sha256').update('0123456789').digest('base64')
    assert.equal(whole.headers.get('repr-digest'), `sha-256=:${digest}:`)
    assert.equal(await whole.text(), '0123456789')
    const etag = whole.headers.get('etag') ?? ''
    const known = await fetched(path, consumer.token, { 'if-none-match': etag })
    assert.equal(known.status, 304)
    for (const [range, expected, part] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=8-', '89', 'bytes 8-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=8-100', '89', 'bytes 8-9/10'],
    ] as const) {
      const answer = await fetched(path, consumer.token, { range })
      assert.deepEqual(
        [answer.status, answer.headers.get('content-range'), await answer.text()],
        [206, part, expected],
      )
    }
    const beyond = await fetched(path, consumer.token, { range: 'bytes=10-' })
    assert.equal(beyond.status, 416)
    await beyond.text()
  })

  it('a presigned address works without a token, and is refused once the flow is suspended', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('quick')
    await consumer.ended(id)
    const answer = await fetched(`/jobs/${id}/outputs/out.txt?redirect=true`, consumer.token)
    assert.equal(answer.status, 307)
    const location = answer.headers.get('location') ?? ''
    assert.equal(await (await fetch(location)).text(), '0123456789')
    assert.equal((await consumer.flow('suspend')).status, 200)
    await until('refused', async () => (await fetch(location)).status === 403)
    assert.equal((await fetched(`/jobs/${id}`, consumer.token)).status, 403)
    assert.equal((await consumer.flow('resume')).status, 200)
    const again = await until('open again', async () => {
      const one = await fetched(`/jobs/${id}/outputs/out.txt`, consumer.token)
      return one.status === 200 && one
    })
    assert.equal(await again.text(), '0123456789')
  })
})
