import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createTokenCodec } from '../../src/adapters/secrets/token-codec.ts'
import { createLog } from '../../src/telemetry/log.ts'

function capture(level = 'trace') {
  const lines: string[] = []
  return { lines, log: createLog({ level, destination: { write: (line) => lines.push(line) } }) }
}

test('a line is JSON with level, time, message and fields', () => {
  const { lines, log } = capture()
  log.info({ workspaceId: 'ws-1', count: 3, ok: true }, 'made')
  const { time, ...line } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
  assert.deepEqual(line, { level: 'info', workspaceId: 'ws-1', count: 3, ok: true, msg: 'made' })
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
})

test('lines below the level are not written', () => {
  const { lines, log } = capture('warn')
  log.info({}, 'quiet')
  assert.deepEqual(lines, [])
})

const canary = 'canary4711canary4711'
const fields: readonly object[] = [
  { authorization: canary },
  { token: canary },
  { nested: { clientSecret: canary, list: [{ password: canary }] } },
  { secretAccessKey: canary, accessKeyId: canary, sessionToken: canary },
  { apiKey: canary, 'x-api-key': canary, cookie: canary },
  { sealedSource: canary },
  { url: `https://user:${canary}@example.com/${canary}?sig=${canary}` },
  { callbackUrl: `https://example.com/callbacks/v1/${canary}` },
  { headers: { Authorization: `Bearer ${canary}` } },
  { error: new Error(`GET https://example.com/a?X-Amz-Signature=${canary} failed`) },
  { note: `sent Bearer ${canary}` },
  { note: `whsec_${canary}` },
  { note: `dscm_${canary}` },
  { note: `at /k/${canary}/signaling` },
  { note: `eyJhbGciOiJFUzI1NiJ9.${canary}.${canary}` },
]
for (const [index, given] of fields.entries()) {
  test(`no secret gets into a line: ${Object.keys(given).join()} ${index}`, () => {
    const { lines, log } = capture()
    log.info(given, 'x')
    assert.equal(lines.length, 1)
    assert.doesNotMatch(lines[0] ?? '', /canary/)
    assert.doesNotThrow(() => JSON.parse(lines[0] ?? '') as unknown)
  })
}

test('tokens of ours are hidden in messages and stacks, of every kind', () => {
  const codec = createTokenCodec([randomBytes(32)])
  const { lines, log } = capture()
  for (const kind of ['access', 'refresh', 'callback', 'sink', 'report', 'events'] as const) {
    const token = codec.issue(kind, { id: 'gr-01abc', number: 17, salt: 'salt' })
    log.error({ error: new Error(`refused ${token}`) }, `got ${token}`)
    assert.equal(lines.join().includes(token.slice(-20)), false, kind)
  }
})

test('of an address the origin stays', () => {
  const { lines, log } = capture()
  log.info({ url: 'https://example.com/a?b=c', text: 'at http://10.0.0.1:8080/x/y' }, 'x')
  assert.match(lines[0] ?? '', /"url":"https:\/\/example\.com"/)
  assert.match(lines[0] ?? '', /at http:\/\/10\.0\.0\.1:8080\/…/)
})
