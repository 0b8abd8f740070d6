import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faultScenario, type Shown } from '../support/fault-scenario.ts'
import { startReceiver } from '../support/receiver.ts'
import { nodeService } from '../support/services.ts'
import { startSource } from '../support/source-server.ts'
import { until } from '../support/until.ts'

const canary = (place: string) => `canary${place}${randomBytes(9).toString('hex')}`

/** Notes, turned round, what it was told in secret, and waits to be let go. */
const script = `
const { existsSync, writeFileSync } = require('node:fs')
const { NOTES, ROOT, PASSWORD, FROM_FILE } = process.env
const turned = (text) => [...text].reverse().join('')
writeFileSync(NOTES + '/told', turned(PASSWORD) + ' ' + turned(FROM_FILE))
const timer = setInterval(() => {
  if (!existsSync(NOTES + '/go')) return
  clearInterval(timer)
  writeFileSync(ROOT + '/out/out.txt', 'done')
}, 20)`

const service = nodeService('secrets', script, {
  inputs: [{ name: 'settings.env', kind: 'environment', required: true }],
  parameters: {
    type: 'object',
    properties: { NOTES: { type: 'string' }, PASSWORD: { type: 'string', writeOnly: true } },
  },
})

test('no secret that others gave us is in logs, answers, database files or arguments', async (t) => {
  const secrets = {
    edr: canary('edr'),
    header: canary('header'),
    query: canary('query'),
    s3: canary('s3'),
    webhook: canary('webhook'),
    callback: canary('callback'),
    parameter: canary('parameter'),
    environment: canary('environment'),
  }
  const source = await startSource((_request, response) => response.writeHead(403).end('no'))
  t.after(() => source.stop())
  const receiver = await startReceiver(t, (_request, index) => ({ status: index < 2 ? 500 : 204 }))
  const scenario = await faultScenario(
    t,
    {
      services: { 'secrets.service.yaml': service },
      controlPlane: { type: 'api-key', key: secrets.callback },
    },
    { DSC_LOG_LEVEL: 'trace' },
  )
  await scenario.ready()
  const answers: string[] = []
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await scenario.client().call(method, path, body)
    answers.push(answer.text)
    return answer
  }

  const subscribed = await scenario
    .client()
    .call('POST', '/subscriptions', { url: `${receiver.url}/hook?key=${secrets.webhook}` })
  const { id: subscription, secret } = subscribed.body as { id: string; secret: string }
  assert.match(secret, /^whsec_/)

  const expectation = (
    await scenario.client().call('POST', '/transfers', { input: 'edr.bin', expect: true })
  ).body as {
    callbackAddress: { uri: string }
  }
  const told = await fetch(expectation.callbackAddress.uri, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'TransferProcessStarted',
      payload: {
        transferProcessId: 'tp-1',
        dataAddress: {
          type: 'HttpData',
          endpoint: source.url,
          authorization: secrets.edr,
        },
      },
    }),
  })
  assert.equal(told.status, 200, await told.text())
  const { port } = source
  const withKeys = {
    type: 'AmazonS3',
    region: 'eu',
    bucketName: 'b',
    objectName: 'o',
    endpointOverride: `http://127.0.0.1:${port}`,
    accessKeyId: 'AKIDOFOTHERS',
    secretAccessKey: secrets.s3,
  }
  const withHeader = {
    type: 'https',
    url: `${source.url}?signature=${secrets.query}`,
    headers: { authorization: secrets.header },
  }
  for (const [input, from] of [
    ['s3.bin', withKeys],
    ['https.bin', withHeader],
  ] as const) {
    const made = await call('POST', '/transfers', { input, source: from })
    assert.equal(made.status, 201, made.text)
  }
  await call('POST', '/transfers', {
    input: 'bad.bin',
    source: { type: 'https', url: `ftp://user:${secrets.query}@example.com/` },
  })

  await call('PUT', '/inputs/settings.env', `FROM_FILE=${secrets.environment}\n`)
  const wish = {
    serviceId: 'secrets',
    parameters: { NOTES: scenario.notes, PASSWORD: secrets.parameter },
  }
  const wrong = await call('POST', '/jobs', {
    ...wish,
    parameters: { PASSWORD: [secrets.parameter] },
  })
  assert.equal(wrong.status, 422)
  const { id } = (await call('POST', '/jobs', wish)).body as Shown
  await scenario.jobIs(id, 'RUNNING')
  const noted = join(scenario.notes, 'told')
  await until('the worker was told', () => existsSync(noted))
  const turned = (text: string) => text.split('').reverse().join('')
  assert.equal(
    readFileSync(noted, 'utf8'),
    `${turned(secrets.parameter)} ${turned(secrets.environment)}`,
  )
  const commands = readdirSync('/proc').filter(Number).map(commandLine)
  writeFileSync(join(scenario.notes, 'go'), '')
  await scenario.jobIs(id, 'SUCCEEDED')
  await until('the failed transfers', async () => {
    const { items } = await scenario.get<{ items: Shown[] }>('/transfers?state=FAILED')
    return items.length === 3
  })
  await until('a delivery', () => receiver.received.length > 3)

  const paths = ['/jobs', `/jobs/${id}`, `/jobs/${id}/manifest`, `/jobs/${id}/logs`, '/transfers']
  const more = ['/events', `/subscriptions/${subscription}/deliveries`, '/inputs']
  for (const path of [...paths, ...more]) await call('GET', path)
  const key = readFileSync(scenario.service().urls.managementKeyFile, 'utf8').trim()
  for (const path of ['jobs', 'transfers', 'deliveries', 'flows', 'control-planes', 'workspaces']) {
    const answer = await fetch(`${scenario.service().urls.managementUrl}/v1/${path}`, {
      headers: { 'x-api-key': key },
    })
    assert.equal(answer.status, 200)
    answers.push(await answer.text())
  }
  assert.equal((await call('DELETE', '/workspace')).status, 202)
  await until('the callback', () => scenario.plane.callbacks.length > 0)
  const files = databaseFiles(join(scenario.disk.directory, 'data'))
  assert.ok(
    files.some(([name]) => name.endsWith('-wal')),
    files.map(([name]) => name).join(),
  )
  const { code } = await scenario.service().terminate()
  assert.equal(code, 0)

  const used = [
    JSON.stringify(source.requests.map(({ headers, url }) => [headers, url])),
    JSON.stringify(receiver.received.map(({ path }) => path)),
    JSON.stringify(scenario.plane.callbacks.map(({ headers }) => headers)),
  ].join()
  for (const name of ['edr', 'header', 'query', 'webhook', 'callback'] as const) {
    assert.ok(used.includes(secrets[name]), `${name} was of use`)
  }
  const places: readonly (readonly [string, string])[] = [
    ...answers.map((answer) => ['an answer', answer] as const),
    ...scenario.disk.outputs.map((output) => ['the log', output()] as const),
    ...commands.map((command) => ['arguments', command] as const),
    ...files,
    ...databaseFiles(join(scenario.disk.directory, 'data')),
  ]
  const all = { ...secrets, signing: secret, signingKey: secret.slice('whsec_'.length) }
  for (const [name, value] of Object.entries(all)) {
    for (const [place, content] of places) {
      assert.ok(!content.includes(value), `the secret ${name} is in ${place}`)
    }
  }
  const log = scenario.disk.outputs.map((output) => output()).join('')
  assert.ok(log.length > 1000, 'there is a log')
  t.diagnostic(
    `${Object.keys(all).length} secrets looked for in ${answers.length} answers, ${log.length} characters of log, ${files.length} database files, ${commands.length} command lines`,
  )
})

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Main files and write-ahead logs, of the service and of the embedded store. */
function databaseFiles(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /sqlite|\.db|-wal$/.test(name) && !name.startsWith('jobs'))
    .map((name) => [name, readFileSync(join(directory, name), 'latin1')] as const)
}
