import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { createServer as createBlackHole } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { faultScenario, type Shown } from '../support/fault-scenario.ts'
import { nodeService } from '../support/services.ts'
import { serveFile, startSource } from '../support/source-server.ts'
import { startStore } from '../support/store-fixture.ts'
import { until } from '../support/until.ts'

const mebibyte = 1024 * 1024
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const services = { 'any.service.yaml': nodeService('any', '') }

test('killed right after the answer to start: the token that was answered works, a repeat joins', async (t) => {
  const scenario = await faultScenario(t, { services })
  await scenario.kill()
  await scenario.restart()
  await scenario.ready()
  const again = await scenario.send('start', scenario.opening)
  assert.equal(again.status, 200)
  const { items } = await scenario.get<{ items: { type: string; sequence: string }[] }>('/events')
  assert.deepEqual(
    items.map(({ type }) => type),
    ['workspace.provisioning', 'workspace.ready'],
  )
})

test('killed while PROVISIONING, before a store that does not answer', async (t) => {
  const hole = createBlackHole((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
  const store = await startStore()
  t.after(async () => {
    await store.stop()
    hole.close()
  })
  const variables = {
    DSC_STORE: 's3',
    DSC_S3_ACCESS_KEY_ID: store.owner.accessKeyId,
    DSC_S3_SECRET_ACCESS_KEY: store.owner.secretAccessKey,
    DSC_S3_ROLE_ARN: 'arn:aws:iam:::role/consumer',
    DSC_S3_AGENT_ROLE_ARN: 'arn:aws:iam:::role/agent',
  }
  const { port } = hole.address() as AddressInfo
  const away = { DSC_S3_ENDPOINT: `http://127.0.0.1:${port}` }
  const scenario = await faultScenario(t, { services, variables }, away)
  assert.equal((await scenario.get<Shown>('/workspace')).state, 'PROVISIONING')
  await scenario.kill()
  await scenario.restart({ DSC_S3_ENDPOINT: store.url })
  await scenario.ready()
  const put = await scenario.client().call('PUT', '/inputs/a.txt', 'content')
  assert.equal(put.status, 201, put.text)
})

test('killed during an upload: the input can be put again at once, and nothing is left of the first', async (t) => {
  const scenario = await faultScenario(t, { services })
  await scenario.ready()
  const content = randomBytes(20 * mebibyte)
  const url = `${scenario.service().urls.consumerUrl}/v1/inputs/big.bin`
  const headers = { authorization: scenario.token, 'content-length': content.length }
  const upload = request(url, { method: 'PUT', headers })
  upload.on('error', () => undefined)
  upload.write(content.subarray(0, 12 * mebibyte))
  const inputs = () => scenario.get<{ items: { name: string; state: string }[] }>('/inputs')
  await until('UPLOADING', async () => (await inputs()).items[0]?.state === 'UPLOADING')
  await scenario.kill()
  upload.destroy()
  await scenario.restart()
  const put = await scenario.client().call('PUT', '/inputs/big.bin', content)
  assert.ok(put.status === 201 || put.status === 200, put.text)
  assert.equal((put.body as { sha256: string }).sha256, sha256(content))
  const { items } = await inputs()
  assert.deepEqual(
    items.map(({ name, state }) => [name, state]),
    [['big.bin', 'AVAILABLE']],
  )
})

test('killed during a pull of eight parts: it goes on at part level', async (t) => {
  const content = randomBytes(64 * mebibyte)
  const stalled = 30 * mebibyte
  const source = await startSource((_request, response) => {
    response.writeHead(200, {
      'content-length': content.length,
      'accept-ranges': 'bytes',
      etag: '"one"',
    })
    response.write(content.subarray(0, stalled))
  })
  t.after(() => source.stop())
  const scenario = await faultScenario(t, { services })
  await scenario.ready()
  const made = await scenario.client().call('POST', '/transfers', {
    input: 'big.bin',
    source: { type: 'https', url: source.url, headers: { authorization: 'secret' } },
  })
  assert.equal(made.status, 201, made.text)
  const { id } = made.body as Shown
  const transfer = () => scenario.get<Shown>(`/transfers/${id}`)
  await until('three parts', async () => ((await transfer()).bytesDone ?? 0) >= stalled)
  await scenario.kill()
  source.respond((request_, response) => serveFile(request_, response, { content }))
  await scenario.restart()
  const ended = await until('the end', async () => {
    const shown = await transfer()
    return ['SUCCEEDED', 'FAILED'].includes(shown.state) && shown
  })
  assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
  assert.equal((ended as unknown as { sha256: string }).sha256, sha256(content))
  const [first, second, ...more] = source.requests.map(({ headers: { range } }) => range)
  assert.deepEqual([first, more], [undefined, []])
  const from = Number(/^bytes=(\d+)-$/.exec(second ?? '')?.[1])
  assert.ok(from >= 16 * mebibyte && from % (8 * mebibyte) === 0, `went on at ${second}`)
})

test('killed while CLOSING, again and again: the same end, with a report of all that was there', async (t) => {
  const scenario = await faultScenario(t, { services })
  await scenario.ready()
  for (let index = 0; index < 5; index++) {
    await scenario.client().call('PUT', `/inputs/file-${index}`, 'content')
  }
  const { deletionReportUrl } = await scenario.get<{ deletionReportUrl: string }>('/workspace')
  const terminated = await scenario.send(`${scenario.opening.processId}/terminate`)
  assert.equal(terminated.status, 200)
  for (let time = 0; time < 2; time++) {
    await scenario.kill()
    await scenario.restart()
  }
  const jws = await until('the report', async () => {
    const answer = await fetch(deletionReportUrl)
    return answer.status === 200 && answer.text()
  })
  const report = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >
  assert.deepEqual(
    [report['objectsDeleted'], report['bytesDeleted'], report['endCause']],
    [5, 35, 'no-flow'],
  )
  const again = await scenario.send(`${scenario.opening.processId}/terminate`)
  assert.equal(again.status, 200)
})

test('a second process on the same data is refused, saying why', async (t) => {
  const scenario = await faultScenario(t, { services })
  const second = scenario.disk.spawn({
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
  })
  const code = await new Promise((resolve) => second.child.once('exit', resolve))
  assert.equal(code, 1)
  assert.match(second.output(), /in use by another process/)
  await scenario.ready()
})
