import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { authenticateConsumer } from '../../src/application/access/authenticate-consumer.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { consumerDocument } from '../../src/generated/consumer-document.ts'
import { defineApi } from '../../src/http/api.ts'
import { consumerHandlers } from '../../src/http/consumer-handlers.ts'
import { createListener } from '../../src/http/listener.ts'
import type { Telling } from './telling.ts'

const silent = () => undefined

/** The consumer API over HTTP, with every answer checked against its document. */
export async function startConsumerListener(t: TestContext, { app }: Telling) {
  const listener = await createListener({
    name: 'consumer',
    apis: [
      defineApi({
        name: 'consumer',
        document: consumerDocument,
        handlers: consumerHandlers(app, {} as never),
        authenticate: {
          accessToken: ({ headers }) => authenticateConsumer(app, headers.authorization),
          sinkToken: () =>
            Promise.resolve(new ProblemError('unauthenticated', 'Not in this test.')),
        },
      }),
    ],
    log: { info: silent, warn: silent, error: silent },
    validateResponses: true,
  })
  const { url } = await listener.start('127.0.0.1', 0)
  t.after(async () => {
    await listener.stop(100)
    assert.deepEqual(listener.responseErrors, [])
  })
  return { listener, url, as: (token: string) => caller(url, token) }
}

/** Calls as the holder of a token. */
function caller(url: string, token: string) {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json: unknown = text === '' ? undefined : JSON.parse(text)
    return { status: response.status, headers: response.headers, body: json as never }
  }
  const stream = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`${url}${path}`, {
      headers: { authorization: token, accept: 'text/event-stream', ...headers },
      ...(signal === undefined ? {} : { signal }),
    })
  return { call, stream }
}

export interface SseMessage {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: string | undefined
}

/** Reads the messages of a stream until it ends; comments and `retry` are left out. */
export async function* sseMessages(response: Response): AsyncGenerator<SseMessage, void> {
  let rest = ''
  assert.ok(response.body)
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${chunk}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      const message = { id: field('id'), event: field('event'), data: field('data') }
      if (message.data !== undefined) yield message
    }
  }
}

/** The next `count` messages. */
export async function take(messages: AsyncGenerator<SseMessage, void>, count: number) {
  const taken: SseMessage[] = []
  while (taken.length < count) {
    const next = await messages.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
