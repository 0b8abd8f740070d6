import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import yazl from 'yazl'
import {
  jobsUnderTest,
  type Consumer,
  type JobsUnderTest,
  type ShownJob,
  type ShownProblem,
} from '../support/fault-jobs.ts'
import { nodeService } from '../support/services.ts'

/** Writes what it was given into its output. */
const echo = `
const { readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { ROOT, FROM_FILE, QUOTED, TITLE } = process.env
const tree = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => (parentPath + '/' + name).slice(path.length + 1)).sort()
const read = (path) => { try { return readFileSync(ROOT + path, 'utf8') } catch { return null } }
writeFileSync(ROOT + '/out/out.txt', JSON.stringify({
  FROM_FILE, QUOTED, TITLE,
  table: read('/in/table.csv'),
  archive: tree(ROOT + '/unpacked'),
  content: read('/unpacked/deep/b.txt'),
  directory: tree(ROOT + '/dir'),
}))`
const slow = `setTimeout(() => require('node:fs').writeFileSync(process.env.ROOT + '/out/out.txt', 'x'), 300)`
const input = (name: string, kind: string, mountPath?: string, more: object = {}) => ({
  ...{ name, kind, required: true },
  ...(mountPath === undefined ? {} : { mountPath }),
  ...more,
})

const services = {
  'kinds.service.yaml': nodeService('kinds', echo, {
    inputs: [
      input('settings.env', 'environment'),
      input('table.csv', 'file', '/in'),
      input('all.zip', 'archive', '/unpacked'),
      input('dir', 'directory', '/dir'),
    ],
    parameters: { type: 'object', properties: { TITLE: { type: 'string' } } },
  }),
  'strict.service.yaml': nodeService('strict', slow, {
    parameters: {
      type: 'object',
      required: ['NEEDED'],
      properties: {
        NEEDED: { type: 'string' },
        COUNT: { type: 'integer', minimum: 1 },
      },
    },
  }),
  'small.service.yaml': nodeService('small', slow, {
    inputs: [input('in.txt', 'file', '/in', { maxBytes: 10 })],
  }),
  'one.service.yaml': nodeService('one', slow, {
    inputs: [input('in.txt', 'file', '/in', { required: false })],
    limits: { concurrentJobs: 1 },
  }),
  'env.service.yaml': nodeService('env', slow, { inputs: [input('bad.env', 'environment')] }),
}

async function archive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

describe('what jobs are given', { concurrency: 3 }, () => {
  let jobs: JobsUnderTest
  before(async () => {
    jobs = await jobsUnderTest({ services })
  })
  after(() => jobs[Symbol.asyncDispose]())

  const problemOf = async (consumer: Consumer, service: string, wish: object) => {
    const answer = await consumer.ask(service, wish)
    return [answer.status, answer.body as ShownProblem] as const
  }

  it('environment, file, archive and directory at once, each where the service wants it', async () => {
    const consumer = await jobs.consumer()
    await consumer.put(
      'my.env',
      `export FROM_FILE=plain # no comment\nQUOTED="two\\nlines $HOME"\n`,
    )
    await consumer.put('january.csv', 'a;b\n1;2\n')
    await consumer.put('all.zip', await archive({ 'a.txt': 'A', 'deep/b.txt': 'B' }))
    for (const path of ['one.txt', 'below/two.txt']) await consumer.put('folder', path, path)
    const whole = await consumer.call('POST', '/inputs/folder/complete', {})
    assert.equal(whole.status, 200, whole.text)
    const inputs = { 'settings.env': 'my.env', 'table.csv': 'january.csv', dir: 'folder' }
    const id = await consumer.submit('kinds', { inputs, parameters: { TITLE: 'Januar' } })
    const job = await consumer.ended(id)
    assert.equal(job.state, 'SUCCEEDED', JSON.stringify(job))
    const output = await consumer.call('GET', `/jobs/${id}/outputs/out.txt`)
    assert.deepEqual(JSON.parse(Buffer.from(output.text).toString()), {
      FROM_FILE: 'plain',
      QUOTED: 'two\nlines $HOME',
      TITLE: 'Januar',
      table: 'a;b\n1;2\n',
      archive: ['a.txt', 'deep/b.txt'],
      content: 'B',
      directory: ['below/two.txt', 'one.txt'],
    })
    const { manifest } = await consumer.get<{
      manifest: { inputs: { name: string; sha256: string }[] }
    }>(`/jobs/${id}/manifest`)
    assert.deepEqual([...new Set(manifest.inputs.map(({ name }) => name))].sort(), [
      ...['all.zip', 'dir', 'settings.env', 'table.csv'],
    ])
    for (const { sha256 } of manifest.inputs) assert.match(sha256, /^[0-9a-f]{64}$/)
  })

  it('422 with a pointer to each parameter that does not fit, and no job', async () => {
    const consumer = await jobs.consumer()
    const parameters = { COUNT: 0, TITEL: 'x' }
    const [status, problem] = await problemOf(consumer, 'strict', { parameters })
    assert.deepEqual([status, problem.code], [422, 'invalid-parameters'])
    assert.deepEqual(problem.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort(), [
      '/parameters/COUNT minimum',
      '/parameters/NEEDED required',
      '/parameters/TITEL additionalProperties',
    ])
    const { items } = await consumer.get<{ items: ShownJob[] }>('/jobs')
    assert.deepEqual(items, [])
  })

  it('409 for a required input that is not there, 422 for one that the service does not have', async () => {
    const consumer = await jobs.consumer()
    const [missing, why] = await problemOf(consumer, 'small', {})
    assert.deepEqual([missing, why.code], [409, 'input-missing'])
    const [unknown, what] = await problemOf(consumer, 'small', { inputs: { other: 'in.txt' } })
    assert.deepEqual(
      [unknown, what.code, what.errors[0]?.pointer],
      [...[422, 'input-unknown', '/inputs/other']],
    )
  })

  it('an input that is larger than the service takes: FAILED by the data', async () => {
    const consumer = await jobs.consumer()
    await consumer.put('in.txt', 'more than ten bytes')
    const job = await consumer.ended(await consumer.submit('small'))
    assert.deepEqual(
      [job.state, job.attempt, job.failure?.class, job.failure?.code],
      ['FAILED', 0, 'data', 'input-too-large'],
    )
  })

  it('an input that was changed after the job took it: FAILED by the data', async () => {
    const consumer = await jobs.consumer()
    const blocking = await consumer.submit('one')
    await consumer.put('in.txt', 'first')
    const id = await consumer.submit('one')
    await consumer.when(id, 'took its inputs', ({ state }) => state !== 'WAITING_FOR_INPUTS')
    const refused = await consumer.call('PUT', '/inputs/in.txt', 'second')
    assert.equal(refused.status, 409, refused.text)
    assert.equal((refused.body as ShownProblem).code, 'input-in-use')
    const { app } = jobs.under.service
    const workspace = await app.database.read.workspaces.get({ id: consumer.workspaceId })
    await app.store.put(workspace?.bucket ?? '', 'inputs/in.txt', randomBytes(6), {})
    const job = await consumer.ended(id)
    assert.deepEqual(
      [job.state, job.failure?.class, job.failure?.code],
      ['FAILED', 'data', 'input-changed'],
    )
    assert.equal((await consumer.ended(blocking)).state, 'SUCCEEDED')
  })

  it('a file that is no environment: FAILED by the data, and its text is not repeated', async () => {
    const consumer = await jobs.consumer()
    await consumer.put('bad.env', 'SECRET CANARY IS NO VARIABLE\n')
    const job = await consumer.ended(await consumer.submit('env'))
    assert.deepEqual([job.state, job.failure?.code], ['FAILED', 'environment-invalid'])
    assert.doesNotMatch(JSON.stringify(job), /CANARY/)
  })
})
