import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test, type TestContext } from 'node:test'
import { nodeService } from '../support/services.ts'
import {
  serveFile,
  startSource as startSourceServer,
  type Respond,
} from '../support/source-server.ts'
import {
  MiB,
  startWorld,
  type OpenedFlow,
  type Seen,
  type World,
} from '../support/two-agreements-open.ts'
import { sha256 } from '../support/two-agreements-upload.ts'
import { until } from '../support/until.ts'

let world: World
let flow: OpenedFlow

before(async () => {
  world = await startWorld({ services: { 'any.service.yaml': nodeService('any', '') } })
  flow = await world.open()
})
after(() => world[Symbol.asyncDispose]())

async function startSource(context: TestContext, respond: Respond) {
  const source = await startSourceServer(respond)
  context.after(() => source.stop())
  return source
}

const hex = (bytes: Uint8Array) => sha256(bytes).toString('hex')

async function pull(input: string, url: string, more: object = {}): Promise<Seen> {
  const body = { input, source: { type: 'https', url }, ...more }
  const { status, seen, text } = await flow.ask('POST', '/transfers', body)
  assert.equal(status, 201, text)
  return seen
}

async function uploads() {
  const { seen } = await flow.ask('GET', '/workspace')
  const { store } = world.under.service.app
  return store.listUploads(seen.store.bucket, '', AbortSignal.timeout(5000))
}

test('an interrupted pull goes on at the first missing byte, as often as it takes', async (context) => {
  const content = randomBytes(21 * MiB)
  const source = await startSource(context, (request, response, count) =>
    serveFile(request, response, { content, ...(count < 3 ? { breakAfter: 6 * MiB } : {}) }),
  )
  const { id } = await pull('interrupted', source.url, {
    sha256: hex(content),
    bytes: content.length,
  })
  const ended = await flow.reaches(`/transfers/${id}`, 'SUCCEEDED', 'FAILED')
  assert.deepEqual(
    [ended.state, ended.sha256, ended.bytesDone],
    ['SUCCEEDED', hex(content), content.length],
  )
  const starts = source.requests.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '0')?.[0]))
  assert.equal(starts.length, 4)
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  )
  assert.ok(
    starts.slice(1).every((start) => start > 0),
    starts.join(),
  )
  const conditions = source.requests.slice(1).map(({ headers }) => headers['if-range'])
  assert.deepEqual([...new Set(conditions)], ['"one"'])
  assert.deepEqual(await uploads(), [])
})

test('a cancelled pull leaves no upload, and no connection', async (context) => {
  const content = randomBytes(24 * MiB)
  let closed = false
  const source = await startSource(context, (_request, response) => {
    response.on('close', () => (closed = true))
    response.writeHead(200, { 'content-length': content.length, etag: '"one"' })
    response.write(content.subarray(0, 17 * MiB))
  })
  const { id } = await pull('cancelled', source.url)
  await until('an upload', async () => (await uploads()).length === 1)
  const shown = await until('progress', async () => {
    const { seen } = await flow.ask('GET', `/transfers/${id}`)
    return seen.bytesDone > 0 && seen
  })
  assert.equal(shown.state, 'RUNNING')
  assert.equal((await flow.ask('POST', `/transfers/${id}/cancel`)).status, 202)
  await flow.reaches(`/transfers/${id}`, 'CANCELLED')
  assert.deepEqual(await uploads(), [])
  await until('the connection’s end', () => closed)
  assert.equal((await flow.ask('GET', '/inputs/cancelled')).status, 404)
  assert.equal((await flow.ask('POST', `/transfers/${id}/cancel`)).status, 202)
})

test('length and digest are those that were expected, or nothing is there', async (context) => {
  const content = Buffer.from('pulled')
  const source = await startSource(context, (request, response) =>
    serveFile(request, response, { content }),
  )
  for (const [input, expects, code] of [
    ['by-length', { bytes: 7 }, 'length-mismatch'],
    ['by-digest', { sha256: hex(Buffer.from('other')) }, 'digest-mismatch'],
  ] as const) {
    const { id } = await pull(input, source.url, expects)
    const { failure } = await flow.reaches(`/transfers/${id}`, 'FAILED')
    assert.deepEqual([failure?.class, failure?.code], ['data', code])
    assert.equal((await flow.ask('GET', `/inputs/${input}`)).status, 404)
  }
})

test('two pulls of one input follow each other; a PUT meanwhile is refused', async (context) => {
  const gate = Promise.withResolvers<undefined>()
  const source = await startSource(context, (request, response, count) => {
    const first = () => serveFile(request, response, { content: Buffer.from('first') })
    if (count > 0) serveFile(request, response, { content: Buffer.from('second') })
    else gate.promise.then(first, () => response.destroy())
  })
  const first = await pull('shared', source.url)
  await flow.reaches(`/transfers/${first.id}`, 'RUNNING')
  const second = await pull('shared', source.url)
  const refused = await flow.ask('PUT', '/inputs/shared', 'mine')
  assert.deepEqual([refused.status, refused.seen.code], [409, 'input-in-use'])
  assert.equal((await flow.ask('GET', `/transfers/${second.id}`)).seen.state, 'QUEUED')
  gate.resolve(undefined)
  await flow.reaches(`/transfers/${first.id}`, 'SUCCEEDED')
  await flow.reaches(`/transfers/${second.id}`, 'SUCCEEDED')
  assert.equal((await flow.ask('GET', '/inputs/shared')).text, 'second')
})
