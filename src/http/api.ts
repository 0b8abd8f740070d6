import type { Authenticate, Authenticators } from './authentication.ts'
import { createContract, type Contract } from './contract.ts'
import type { Handlers, OperationRequest } from './handler.ts'

/** A handler without the types of its operation. */
export type AnyHandler = (request: OperationRequest<unknown, unknown>) => Promise<unknown>

/** One OpenAPI document with what serves it. */
export interface ApiOptions<
  Operations,
  Security extends Record<keyof Operations, PropertyKey>,
  Principals,
> {
  /** The document is also at `/openapi/{name}.json`. */
  readonly name: string
  /** Parsed: routes and checks come from it. */
  readonly document: unknown
  readonly handlers: Handlers<Operations, Security, Principals>
  readonly authenticate: Authenticators<Principals>
}

/** An API whose types were checked: from here on operations are known by name only. */
export interface Api {
  readonly name: string
  readonly document: unknown
  readonly handlers: Readonly<Record<string, AnyHandler | undefined>>
  readonly authenticators: ReadonlyMap<string, Authenticate<unknown>>
}

/** Checks that handlers and authenticators fit their document's types, and then forgets them. */
export function defineApi<
  Operations,
  Security extends Record<keyof Operations, PropertyKey>,
  Principals,
>(options: ApiOptions<Operations, Security, Principals>): Api {
  const { name, document, handlers, authenticate } = options
  return {
    name,
    document,
    handlers: handlers as Readonly<Record<string, AnyHandler | undefined>>,
    authenticators: new Map(Object.entries<Authenticate<unknown>>(authenticate)),
  }
}

/** An API that requests can be served with. */
export interface ServedApi extends Api {
  readonly contract: Contract
}

/**
 * Makes APIs ready to stand side by side. Throws, naming it, when an operation has no handler or authenticator, a handler
 * no operation, or an operation's id or route is another API's too.
 */
export async function serveApis(
  apis: readonly Api[],
  compileAtStart?: boolean,
): Promise<readonly ServedApi[]> {
  const served = await Promise.all(
    apis.map(async (one) => ({
      ...one,
      contract: await createContract(one.document, compileAtStart),
    })),
  )
  const problems = [...served.flatMap(incomplete), ...overlaps(served)]
  if (problems.length > 0) throw new Error(problems.join('; '))
  return served
}

function incomplete({ name, contract, handlers, authenticators }: ServedApi): readonly string[] {
  const { operations, document } = contract
  const problems = [
    ...[...operations.keys()]
      .filter((id) => typeof handlers[id] !== 'function')
      .map((id) => `operation ${id} has no handler`),
    ...Object.keys(handlers)
      .filter((id) => !operations.has(id))
      .map((id) => `handler ${id} has no operation`),
    ...Object.keys(document.components?.securitySchemes ?? {})
      .filter((scheme) => !authenticators.has(scheme))
      .map((scheme) => `security scheme ${scheme} has no authenticator`),
  ]
  return problems.map((problem) => `${name}: ${problem}`)
}

/** Logs and metrics name an operation by its id alone, and a path can be only one API's. */
function overlaps(apis: readonly ServedApi[]): readonly string[] {
  const seen = new Map<string, string>()
  const problems: string[] = []
  for (const { name, contract } of apis) {
    for (const { id, method, route } of contract.operations.values()) {
      const path = `${method.toUpperCase()} ${route.replaceAll(/\{[^}]+\}/g, '{}')}`
      for (const key of [`operation ${id}`, path]) {
        const other = seen.get(key)
        if (other !== undefined) problems.push(`${name}: ${key} is also in ${other}`)
        else seen.set(key, name)
      }
    }
  }
  return problems
}
