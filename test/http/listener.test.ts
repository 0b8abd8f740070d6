import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { bounds } from '../../src/domain/bounds.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { taken, type OperationRequest } from '../../src/http/handler.ts'
import { createListener } from '../../src/http/listener.ts'
import { problemOf, sampleApi, sampleHandlers, startSample } from './sample-api.ts'

const asJson = { 'content-type': 'application/json' }
const parts = (document: Record<string, unknown>) =>
  (document.errors as { pointer: string; code: string }[]).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  )

/** Sends bytes as they are and gives back everything that comes. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(bytes)
  return text(socket)
}

test('answers JSON with a request id, no caching and no name of the server', async (t) => {
  const { call } = await startSample(t)
  const response = await call('GET', '/things/one')
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { name: 'one', principal: 'someone' })
  assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('x-powered-by'), null)
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
})

test('a sane request id is taken over, another one is replaced', async (t) => {
  const { call } = await startSample(t)
  const sane = await call('GET', '/things/gone', { headers: { 'x-request-id': 'trace-1' } })
  assert.equal(sane.headers.get('x-request-id'), 'trace-1')
  assert.equal((await problemOf(sane)).instance, 'urn:dataspace-compute:request:trace-1')
  const bad = await call('GET', '/things/gone', { headers: { 'x-request-id': 'a b"<' } })
  assert.match(String((await problemOf(bad)).instance), /^urn:uuid:[0-9a-f-]{36}$/)
})

test('404 for a path without operation, 405 with Allow for another method', async (t) => {
  const { call } = await startSample(t)
  assert.equal((await problemOf(await call('GET', '/nothing'))).code, 'not-found')
  const wrong = await call('DELETE', '/things')
  assert.equal(wrong.headers.get('allow'), 'GET, POST, HEAD, OPTIONS')
  assert.equal((await problemOf(wrong)).code, 'method-not-allowed')
})

test('OPTIONS names the methods, HEAD is GET without bytes', async (t) => {
  const { call } = await startSample(t)
  const options = await call('OPTIONS', '/things/one')
  assert.equal(options.status, 204)
  assert.equal(options.headers.get('allow'), 'GET, PUT, HEAD, OPTIONS')
  const head = await call('HEAD', '/things/one')
  assert.equal(head.status, 200)
  assert.equal(head.headers.get('content-length'), '36')
  assert.equal(await head.text(), '')
  assert.equal((await call('HEAD', '/bytes')).status, 200)
})

test('an exact path wins over a template', async (t) => {
  const { call } = await startSample(t)
  assert.equal((await call('POST', '/things/import')).status, 204)
  assert.equal((await call('GET', '/things/import')).status, 200)
})

test('401 with the scheme to use, before the body is read', async (t) => {
  const { call, url } = await startSample(t)
  const response = await call('POST', '/things', { headers: { authorization: 'Bearer bad' } })
  assert.equal(response.headers.get('www-authenticate'), 'Bearer')
  assert.equal((await problemOf(response)).code, 'unauthenticated')
  const waiting = await raw(
    url,
    'PUT /things/one HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n',
  )
  assert.match(waiting, /^HTTP\/1\.1 401 /)
})

test('a client that waits for 100-continue is asked for its body', async (t) => {
  const { url } = await startSample(t)
  const answer = await raw(
    url,
    'PUT /things/one HTTP/1.1\r\nhost: x\r\nauthorization: good\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\nbody',
  )
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
})

test('query parameters are typed, lists split, defaults filled in', async (t) => {
  const { call } = await startSample(t)
  const response = await call('GET', '/things?state=A,B')
  assert.deepEqual(await response.json(), { query: { limit: 50, state: ['A', 'B'] } })
})

test('400 names each wrong place', async (t) => {
  const { call } = await startSample(t)
  const cases: [string, string, RequestInit | undefined, string[]][] = [
    ['GET', '/things?limit=0', undefined, ['/query/limit minimum']],
    ['GET', '/things?limit=', undefined, ['/query/limit type']],
    ['GET', '/things?colour=red', undefined, ['/query/colour additionalProperties']],
    ['GET', '/things?__proto__=1', undefined, ['/query/__proto__ additionalProperties']],
    ['GET', '/things?limit=1&limit=2', undefined, ['/query/limit duplicate']],
    ['GET', '/things?limit=%zz', undefined, ['/query encoding']],
    ['GET', '/things/ONE', undefined, ['/path/name pattern']],
    ['POST', '/things', undefined, ['/requestBody required']],
    ['POST', '/things', { body: '[]', headers: asJson }, [' type']],
    ['POST', '/things', { body: 'null', headers: asJson }, [' type']],
    ['POST', '/things', { body: '7', headers: asJson }, [' type']],
    [
      'POST',
      '/things',
      { body: '{"name":7,"x":1}', headers: asJson },
      ['/x additionalProperties', '/name type'],
    ],
    [
      'POST',
      '/things',
      { body: '{"name":"a","__proto__":{}}', headers: asJson },
      ['/__proto__ key'],
    ],
    [
      'POST',
      '/things',
      { body: '{"name":"a","free":{"constructor":{"prototype":{}}}}', headers: asJson },
      ['/free/constructor/prototype key'],
    ],
    [
      'POST',
      '/things',
      { body: `{"name":"a","free":${'{"a":'.repeat(70)}1${'}'.repeat(71)}`, headers: asJson },
      [' depth'],
    ],
  ]
  for (const [method, path, init, wanted] of cases) {
    const response = await call(method, path, init)
    assert.equal(response.status, 400, `${method} ${path}`)
    assert.deepEqual(parts(await problemOf(response)), wanted)
  }
})

test('400 for broken percent-encoding in the path, JSON that is none, and no UTF-8', async (t) => {
  const { call } = await startSample(t)
  assert.equal((await call('GET', '/things/%E0%A4')).status, 400)
  assert.equal((await call('GET', '/things/%00')).status, 400)
  assert.equal((await call('POST', '/things', { body: '{"name"', headers: asJson })).status, 400)
  const bytes = new Uint8Array([0x22, 0xff, 0x22])
  assert.equal((await call('POST', '/things', { body: bytes, headers: asJson })).status, 400)
})

test('415 for another media type, charset or compression; JSON types are JSON', async (t) => {
  const { call } = await startSample(t)
  const body = '{"name":"a"}'
  for (const headers of [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { ...asJson, 'content-encoding': 'gzip' },
  ]) {
    assert.equal((await problemOf(await call('POST', '/things', { body, headers }))).status, 415)
  }
  for (const type of ['application/json; charset=UTF-8', 'application/ld+json']) {
    const response = await call('POST', '/things', { body, headers: { 'content-type': type } })
    assert.deepEqual(await response.json(), { name: 'a', size: 1 })
  }
})

test('406 when nothing that is accepted is available', async (t) => {
  const { call } = await startSample(t)
  const response = await call('GET', '/things/one', { headers: { accept: 'text/html' } })
  assert.equal((await problemOf(response)).code, 'not-acceptable')
  assert.equal((await call('GET', '/bytes', { headers: { accept: 'text/csv' } })).status, 200)
})

test('413 for a JSON body above the limit, announced or not, and for a long address', async (t) => {
  const { call, url } = await startSample(t)
  const long = JSON.stringify({ name: 'a'.repeat(bounds.http.jsonBodyBytes) })
  const announced = await call('POST', '/things', { body: long, headers: asJson })
  assert.equal((await problemOf(announced)).code, 'too-large')
  const chunked = await raw(
    url,
    `POST /things HTTP/1.1\r\nhost: x\r\nauthorization: good\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`,
  )
  assert.match(chunked, /^HTTP\/1\.1 413 /)
  assert.equal((await call('GET', `/things?x=${'a'.repeat(9_000)}`)).status, 413)
})

test('heads that Node refuses get problem documents too', async (t) => {
  const { url } = await startSample(t)
  const large = await raw(url, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)
  assert.match(large, /^HTTP\/1\.1 431 [^]*"code":"too-large"/)
  assert.match(await raw(url, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 [^]*"code":"invalid-request"/)
})

test('bytes are left alone, whatever type they claim', async (t) => {
  const { call } = await startSample(t)
  const response = await call('PUT', '/things/x.json', { body: '{"not', headers: asJson })
  assert.deepEqual(await response.json(), { parsed: false, text: '{"not' })
})

test('a form may come as body or as query', async (t) => {
  const { call } = await startSample(t)
  const form = await call('POST', '/token', {
    body: new URLSearchParams({ grant_type: 'x', other: 'y' }),
  })
  assert.deepEqual(await form.json(), { body: { grant_type: 'x', other: 'y' }, query: {} })
  const query = await call('POST', '/token?grant_type=x')
  assert.deepEqual(await query.json(), { body: null, query: { grant_type: 'x' } })
  assert.equal(
    (await call('POST', '/token', { body: new URLSearchParams({ b: 'y' }) })).status,
    400,
  )
})

test('an unexpected error is a 500 without details, logged with its cause', async (t) => {
  const { call, log } = await startSample(t)
  const response = await call('GET', '/broken')
  const document = await problemOf(response)
  assert.equal(document.code, 'internal')
  assert.doesNotMatch(JSON.stringify(document), /secret of the inside/)
  const logged = log.find(({ level }) => level === 'error')
  assert.equal((logged?.fields.err as Error).message, 'secret of the inside')
})

test('the log has operation, route, status and id, never address or body', async (t) => {
  const { call, log } = await startSample(t)
  await (await call('GET', '/things/sesame', { headers: { 'x-request-id': 'r-1' } })).text()
  assert.equal(log.length, 1)
  const { ms, ...fields } = log[0]?.fields ?? {}
  assert.ok(Number(ms) >= 0)
  assert.deepEqual(fields, {
    listener: 'sample',
    operationId: 'getThing',
    route: '/things/{name}',
    method: 'GET',
    status: 200,
    correlationId: 'r-1',
  })
})

test('429 with Retry-After above the rate', async (t) => {
  const { call } = await startSample(t, { limits: { rate: { windowMs: 60_000, requests: 2 } } })
  await call('GET', '/things')
  await call('GET', '/things')
  const response = await call('GET', '/things')
  assert.equal(response.headers.get('retry-after'), '60')
  assert.equal((await problemOf(response)).code, 'rate-limited')
})

test('with validateResponses an answer that does not fit is a 500 and recorded', async (t) => {
  const { call, listener } = await startSample(t, { validateResponses: true })
  assert.equal((await call('GET', '/things/one')).status, 200)
  assert.equal((await call('GET', '/things/gone')).status, 404)
  assert.deepEqual(listener.responseErrors, [])
  assert.equal((await call('GET', '/wrong')).status, 500)
  assert.match(listener.responseErrors.join(), /^wrong 200: .*name/)
})

test('a path may stand behind a secret, which only the authenticator sees', async (t) => {
  const seen: (string | undefined)[] = []
  const { call } = await startSample(t, {
    pathSecrets: true,
    authenticate: {
      token: ({ pathSecret, path }) => {
        seen.push(pathSecret, path.name)
        return Promise.resolve('someone')
      },
    },
  })
  assert.equal((await call('GET', '/k/s%2Fecret/things/one')).status, 200)
  assert.equal((await call('GET', '/things/one')).status, 200)
  assert.deepEqual(seen, ['s/ecret', 'one', undefined, 'one'])
})

test('a silent upload is broken off', async (t) => {
  const { url } = await startSample(t, { limits: { idleMs: 50 } })
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    'PUT /things/one HTTP/1.1\r\nhost: x\r\nauthorization: good\r\ncontent-length: 9\r\n\r\nhalf',
  )
  assert.equal(await text(socket), '')
})

test('the signal aborts when the client goes away, which is logged and no error', async (t) => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const { call, log } = await startSample(t, {
    handlers: {
      ...sampleHandlers,
      events: ({
        response,
        signal,
      }: Pick<OperationRequest<unknown, unknown>, 'response' | 'signal'>) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
        signal.addEventListener('abort', () => resolve(signal.reason))
        return Promise.resolve(taken)
      },
    } as never,
  })
  const client = new AbortController()
  await call('GET', '/events', { signal: client.signal })
  client.abort()
  assert.match(String(await promise), /client went away/)
  assert.deepEqual(
    log.map(({ level, fields }) => [level, fields.aborted]),
    [['info', true]],
  )
})

test('a source that breaks in the middle of bytes breaks the answer and is logged', async (t) => {
  const { call, log } = await startSample(t, {
    handlers: {
      ...sampleHandlers,
      bytes: () => {
        const stream = new PassThrough()
        stream.write('half')
        stream.once('resume', () => setImmediate(() => stream.destroy(new Error('disk'))))
        return Promise.resolve({ status: 200, stream })
      },
    } as never,
  })
  await assert.rejects(async () => (await call('GET', '/bytes')).text())
  assert.ok(
    log.some(({ level, fields }) => level === 'error' && (fields.err as Error).message === 'disk'),
  )
})

test('a refused upload is answered although nobody read it', async (t) => {
  const { call } = await startSample(t, {
    handlers: {
      ...sampleHandlers,
      putThing: () => Promise.reject(new ProblemError('input-in-use', 'A job reads it.')),
    } as never,
  })
  const response = await call('PUT', '/things/one', { body: 'a'.repeat(300_000) })
  assert.equal((await problemOf(response)).code, 'input-in-use')
})

test('a stop ends event streams, refuses new connections and can be repeated', async (t) => {
  const { call, listener, url } = await startSample(t)
  const stream = await call('GET', '/events')
  const stopped = listener.stop(10_000)
  assert.equal(await stream.text(), 'data: first\n\n')
  await stopped
  await listener.stop(0)
  await assert.rejects(fetch(url))
})

test('a stop breaks off what does not end in time', async (t) => {
  const { url, listener } = await startSample(t)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const began = new Promise((resolve) => socket.once('data', resolve))
  socket.write(
    'PUT /things/one HTTP/1.1\r\nhost: x\r\nauthorization: good\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\nhalf',
  )
  await began
  socket.on('error', () => undefined).resume()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await listener.stop(20)
  await closed
})

test('a missing handler, authenticator or operation stops the start by name', async () => {
  const silent = () => undefined
  const { makeThing, ...rest } = sampleHandlers
  const make = (handlers: object, authenticate: object) =>
    createListener({
      name: 'connector',
      apis: [sampleApi({ handlers: handlers as never, authenticate: authenticate as never })],
      log: { info: silent, warn: silent, error: silent },
    })
  await assert.rejects(
    make(rest, {}),
    /makeThing has no handler; sample: security scheme token has no/,
  )
  await assert.rejects(make({ ...rest, makeThing, spare: makeThing }, { token: makeThing }), {
    message: 'sample: handler spare has no operation',
  })
})
