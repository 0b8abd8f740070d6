import { text } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { defineApi, type Api, type ApiOptions } from '../../src/http/api.ts'
import { bearerToken } from '../../src/http/authentication.ts'
import { taken, type OperationRequest } from '../../src/http/handler.ts'
import { createListener, type Listener, type ListenerOptions } from '../../src/http/listener.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const problem = {
  description: 'A problem.',
  content: { 'application/problem+json': { schema: { type: 'object' } } },
}
const thing = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
const ok = (schema: object) => ({
  '200': { description: 'Fine.', ...json(schema) },
  default: problem,
})

/** A small API with one operation for each way that the listener treats requests. */
export const sampleDocument = {
  openapi: '3.1.0',
  info: { title: 'Sample', version: '1' },
  servers: [{ url: '/' }],
  security: [{ token: [] }],
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        parameters: [
          {
            name: 'limit',
            in: 'query',
            schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
          },
          {
            name: 'state',
            in: 'query',
            style: 'form',
            explode: false,
            schema: { type: 'array', items: { enum: ['A', 'B'] } },
          },
        ],
        responses: ok({ type: 'object' }),
      },
      post: {
        operationId: 'makeThing',
        requestBody: {
          required: true,
          ...json({
            type: 'object',
            additionalProperties: false,
            required: ['name'],
            properties: {
              name: { type: 'string' },
              size: { type: 'integer', default: 1 },
              free: { type: 'object' },
            },
          }),
        },
        responses: { '201': { description: 'Made.', ...json(thing) }, default: problem },
      },
    },
    '/things/import': {
      post: {
        operationId: 'importThings',
        responses: { '204': { description: 'Done.' }, default: problem },
      },
    },
    '/things/{name}': {
      parameters: [
        {
          name: 'name',
          in: 'path',
          required: true,
          schema: { type: 'string', pattern: '^[a-z.]+$' },
        },
      ],
      get: { operationId: 'getThing', responses: ok(thing) },
      put: {
        operationId: 'putThing',
        requestBody: { required: true, content: { '*/*': { schema: {} } } },
        responses: ok({ type: 'object' }),
      },
    },
    '/token': {
      post: {
        operationId: 'renew',
        security: [],
        parameters: [{ name: 'grant_type', in: 'query', schema: { type: 'string' } }],
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['grant_type'],
                properties: { grant_type: { type: 'string' } },
              },
            },
          },
        },
        responses: ok({ type: 'object' }),
      },
    },
    '/wrong': { get: { operationId: 'wrong', security: [], responses: ok(thing) } },
    '/broken': { get: { operationId: 'broken', security: [], responses: ok(thing) } },
    '/bytes': {
      get: {
        operationId: 'bytes',
        security: [],
        responses: {
          '200': { description: 'Bytes.', content: { 'application/octet-stream': { schema: {} } } },
          default: problem,
        },
      },
    },
    '/events': {
      get: {
        operationId: 'events',
        security: [],
        responses: {
          '200': { description: 'Events.', content: { 'text/event-stream': { schema: {} } } },
          default: problem,
        },
      },
    },
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
}

interface Loose extends Pick<
  OperationRequest<unknown, unknown>,
  'incoming' | 'response' | 'stopping'
> {
  readonly body: Record<string, unknown> | undefined
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly principal: unknown
}

export const sampleHandlers = {
  listThings: ({ query }: Loose) => Promise.resolve({ status: 200, body: { query } }),
  makeThing: ({ body }: Loose) => Promise.resolve({ status: 201, body }),
  importThings: () => Promise.resolve({ status: 204 }),
  getThing: ({ path, principal }: Loose) =>
    path.name === 'gone'
      ? Promise.reject(new ProblemError('not-found', 'No such thing.'))
      : Promise.resolve({ status: 200, body: { name: path.name, principal } }),
  putThing: async ({ incoming, body }: Loose) => ({
    status: 200,
    body: { parsed: body !== undefined, text: await text(incoming) },
  }),
  renew: ({ body, query }: Loose) =>
    Promise.resolve({ status: 200, body: { body: body ?? null, query } }),
  wrong: () => Promise.resolve({ status: 200, body: { nam: 1 } }),
  broken: () => Promise.reject(new Error('secret of the inside')),
  bytes: () => Promise.resolve({ status: 200, stream: Readable.from(['one', 'two']) }),
  events: ({ response, stopping }: Loose) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
    stopping.addEventListener('abort', () => response.end())
    return Promise.resolve(taken)
  },
}

// The sample's document has no generated types; what the listener does at run time is what is tested here.
type Sampled = ApiOptions<Record<string, unknown>, Record<string, string>, { token: unknown }>
type Options = Partial<Omit<ListenerOptions, 'apis'> & Sampled> & {
  /** Beside the sample. */
  readonly others?: readonly Api[]
}

/** The sample's API, with what a test changes. */
export const sampleApi = (options: Partial<Sampled> = {}): Api =>
  defineApi<Record<string, unknown>, Record<string, string>, { token: unknown }>({
    name: 'sample',
    document: sampleDocument,
    handlers: sampleHandlers as unknown as Sampled['handlers'],
    authenticate: {
      token: ({ headers }) =>
        Promise.resolve(
          bearerToken(headers) === 'good' ? 'someone' : new ProblemError('unauthenticated', 'No.'),
        ),
    },
    ...options,
  })

export interface Sample {
  readonly url: string
  readonly listener: Listener
  readonly log: { level: string; fields: Record<string, unknown>; message: string }[]
  readonly call: (method: string, path: string, init?: RequestInit) => Promise<Response>
}

/** Starts the sample on a free port of the loopback, for the time of one test. */
export async function startSample(t: TestContext, options: Options = {}): Promise<Sample> {
  const log: Sample['log'] = []
  const write = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields: { ...fields }, message })
  }
  const { handlers, authenticate, others = [], ...rest } = options
  const own = sampleApi({
    ...(handlers === undefined ? {} : { handlers }),
    ...(authenticate === undefined ? {} : { authenticate }),
  })
  const listener = await createListener({
    name: 'sample',
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    ...rest,
    apis: [own, ...others],
  })
  const { url } = await listener.start('127.0.0.1', 0)
  t.after(() => listener.stop(0))
  return {
    url,
    listener,
    log,
    call: (method, path, init = {}) =>
      fetch(url + path, {
        method,
        ...init,
        headers: {
          authorization: 'Bearer good',
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
  }
}

/** The status and the problem document of an answer, checked for what every problem has. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const document = (await response.json()) as Record<string, unknown>
  const id = response.headers.get('x-request-id') ?? 'none'
  const wanted = 'application/problem+json'
  if (response.headers.get('content-type') !== wanted) throw new Error('no problem document')
  if (!String(document.instance).endsWith(`:${id}`))
    throw new Error('instance is not the request id')
  if (document.status !== response.status) throw new Error('status differs')
  return document
}
