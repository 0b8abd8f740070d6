import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { OpenAPIBackend, type Document, type Operation as BackendOperation } from 'openapi-backend'

/** How an operation takes its body. */
export type BodyKind = 'none' | 'json' | 'form' | 'bytes'

/** One operation of a document, with what the listener has to know of it at each request. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** The path template, for logs and metrics. */
  readonly route: string
  /** The names of the security schemes, each of which is enough; empty when anyone may call. */
  readonly security: readonly string[]
  readonly bodyKind: BodyKind
  readonly headerNames: readonly string[]
  /** The media types of its successes. */
  readonly produces: readonly string[]
  readonly responses: Readonly<Record<string, ResponseContent>>
  readonly definition: BackendOperation
}

export interface ResponseContent {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>
}

export interface CheckedRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly errors: readonly ErrorObject[]
}

/** A document made ready: routes and checks of requests and responses come from it. */
export interface Contract {
  readonly document: Document
  readonly operations: ReadonlyMap<string, Operation>
  match(method: string, path: string): Operation | undefined
  /** The methods that a path has; none when the path is not known. */
  methods(path: string): string[]
  pathParameters(operation: Operation, path: string): Readonly<Record<string, string>>
  /** Checks everything at once. Fills defaults into `body` and into the returned query. */
  check(operation: Operation, request: RawRequest): CheckedRequest
  /** Checks a JSON answer against the schema that the operation has for its status and media type. */
  checkResponse(operation: Operation, status: number, type: string, body: unknown): ErrorObject[]
}

export interface RawRequest {
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: Record<string, string | string[]>
  readonly body: unknown
}

const methods = ['get', 'head', 'put', 'post', 'patch', 'delete']

/**
 * Finds an operation by method and path, exact paths first, as openapi-backend does it; but its patterns are made
 * once (they cost it 50 µs at each request).
 */
function routeTable(operations: readonly Operation[]): Contract['match'] {
  const exact = new Map<string, Operation>()
  const templates = new Map<string, { pattern: RegExp; operation: Operation }[]>()
  const literal = ({ route }: Operation): number => route.replaceAll(/\{[^}]+\}/g, '').length
  for (const operation of operations.toSorted((a, b) => literal(b) - literal(a))) {
    const { method, route } = operation
    exact.set(`${method} ${route}`, operation)
    const pattern = route
      .split(/\{[^}]+\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]+')
    const ofMethod = templates.get(method) ?? []
    if (route.includes('{')) ofMethod.push({ pattern: new RegExp(`^${pattern}$`), operation })
    templates.set(method, ofMethod)
  }
  return (method, path) =>
    exact.get(`${method} ${path}`) ??
    templates.get(method)?.find(({ pattern }) => pattern.test(path))?.operation
}

/** Reads a parsed document and compiles its checks, at start or each at its first use. Throws when an operation has no id, or two have the same. */
export async function createContract(parsed: unknown, compileAtStart = true): Promise<Contract> {
  // The document is written by hand, checked by `npm run check:openapi` and parsed at the edge of the program.
  const document = parsed as Document
  const ajvs = new Map<string, Ajv>()
  const ajv = (key: string, options: Options): Ajv => {
    const known = ajvs.get(key)
    if (known !== undefined) return known
    // Schemas are checked with the document; checking them again would double the time of a start.
    const made = new Ajv2020({
      ...options,
      strict: false,
      validateSchema: false,
      allErrors: true,
      // Optimising generated code costs a start more than it ever gives back here.
      code: { optimize: false },
    })
    formats.default(made)
    // The 2020 class has the methods of the draft-07 one, which openapi-backend declares.
    const declared: unknown = made
    ajvs.set(key, declared as Ajv)
    return declared as Ajv
  }
  const backend = new OpenAPIBackend({
    definition: document,
    quick: true,
    strict: true,
    coerceTypes: true,
    ajvOpts: { useDefaults: true },
    // One instance for each use: openapi-backend asks for one per operation, which costs a start seconds.
    customizeAjv: (_ajv, options, context) => ajv(context, options),
  })
  await backend.init()
  const { router, validator } = backend
  const definitions = router.getOperations()
  // openapi-backend builds this list anew at each request.
  router.getOperations = () => definitions
  if (compileAtStart) validator.preCompileRequestValidators()

  const operations = new Map<string, Operation>()
  for (const definition of definitions) {
    const operation = readOperation(definition)
    if (operations.has(operation.id)) throw new Error(`${operation.id} is there twice`)
    operations.set(operation.id, operation)
  }

  const match = routeTable([...operations.values()])
  const responseChecks = new Map<object, ValidateFunction>()
  return {
    document,
    operations,
    match,
    methods: (path) => methods.filter((method) => match(method, path) !== undefined),
    pathParameters: (operation, path) => {
      const parsedRequest = router.parseRequest(
        { method: operation.method, path, headers: {}, query: {} },
        operation.definition,
      )
      return parsedRequest.params as Record<string, string>
    },
    check: (operation, request) => {
      const raw = { ...request, method: operation.method }
      const { errors, coerced } = validator.validateRequest(raw, operation.definition)
      return {
        path: coerced?.params ?? {},
        query: (coerced?.query ?? {}) as Record<string, unknown>,
        errors: errors ?? [],
      }
    },
    checkResponse: (operation, status, type, body) => {
      const response = operation.responses[status] ?? operation.responses.default
      const schema = response?.content?.[type]?.schema
      if (schema === undefined) return [unexpected(`${status} ${type} is not in the document`)]
      const check = responseChecks.get(schema) ?? ajv('answers', {}).compile(schema)
      responseChecks.set(schema, check)
      return check(body) ? [] : [...(check.errors ?? [])]
    },
  }
}

function readOperation(definition: BackendOperation): Operation {
  if (definition.operationId === undefined) {
    throw new Error(`${definition.method} ${definition.path} has no operationId`)
  }
  // The document has no references any more: openapi-backend has put their targets in place.
  const responses = (definition.responses ?? {}) as Record<string, ResponseContent>
  const parameters = (definition.parameters ?? []) as { in: string; name: string }[]
  const body = definition.requestBody as ResponseContent | undefined
  return {
    id: definition.operationId,
    method: definition.method,
    route: definition.path,
    security: (definition.security ?? []).flatMap(Object.keys),
    bodyKind: bodyKind(Object.keys(body?.content ?? {})),
    headerNames: parameters
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => name.toLowerCase()),
    produces: Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, response]) => Object.keys(response.content ?? {})),
    responses,
    definition,
  }
}

function bodyKind(types: readonly string[]): BodyKind {
  if (types.length === 0) return 'none'
  if (types.includes('application/json')) return 'json'
  return types.includes('application/x-www-form-urlencoded') ? 'form' : 'bytes'
}

const unexpected = (message: string): ErrorObject => ({
  instancePath: '',
  schemaPath: '',
  keyword: 'document',
  params: {},
  message,
})
