import { consumerDocument } from '../../src/generated/consumer-document.ts'
import { managementDocument } from '../../src/generated/management-document.ts'
import { signalingDocument } from '../../src/generated/signaling-document.ts'
import { consumerTable, managementTable, signalingTable } from './two-agreements-table.ts'
import type { Entry, Table } from './two-agreements-table.ts'
import type { Ids, Side, TwoAgreements } from './two-agreements.ts'

export type Api = 'consumer' | 'signaling' | 'management'

export interface Operation {
  readonly api: Api
  readonly id: string
  readonly method: string
  readonly route: string
  /** Whether anyone may call it. */
  readonly open: boolean
  /** Undefined: the table does not know it. */
  readonly entry: Entry | undefined
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId?: string; security?: unknown[] }>>>
  >
}

const apis: Readonly<Record<Api, { readonly document: unknown; readonly table: Table }>> = {
  consumer: { document: consumerDocument, table: consumerTable },
  signaling: { document: signalingDocument, table: signalingTable },
  management: { document: managementDocument, table: managementTable },
}

/** Every operation of an OpenAPI document, in its order, with its line of the table. */
export function operationsOf(api: Api): readonly Operation[] {
  const { document, table } = apis[api]
  return Object.entries((document as Document).paths).flatMap(([route, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId: id, security }]) =>
      id === undefined
        ? []
        : [{ api, id, method, route, open: security?.length === 0, entry: table[id] }],
    ),
  )
}

/** Lines of the table that no document has. */
export function strayEntries(api: Api): readonly string[] {
  const known = new Set(operationsOf(api).map(({ id }) => id))
  return Object.keys(apis[api].table).filter((id) => !known.has(id))
}

export interface Answered {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly text: string
}

export interface Call {
  readonly operation: Operation
  /** What the request names. */
  readonly ids: Ids
  /** Who calls. */
  readonly caller: Ids
  readonly foreign: boolean
  readonly credential: Readonly<Record<string, string>>
}

/** Sends the request that an operation's line describes. */
export async function send(two: TwoAgreements, call: Call): Promise<Answered> {
  const { operation, ids, caller, foreign, credential } = call
  const { entry, method, route, api } = operation
  const { consumerUrl, connectorUrl, managementUrl } = two.under
  const base = { consumer: consumerUrl, signaling: connectorUrl, management: managementUrl }[api]
  const path = (foreign ? (entry?.foreignPath ?? entry?.path) : entry?.path)?.(ids) ?? {}
  const names: Readonly<Record<string, string>> = { ...ids, ...path }
  const url = new URL(
    base +
      route.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? '')),
  )
  for (const [name, value] of Object.entries(entry?.query?.(ids) ?? {}))
    url.searchParams.set(name, value)
  const content = (foreign ? (entry?.foreignBody ?? entry?.body) : entry?.body)?.(ids, caller)
  const body = typeof content === 'string' ? content : JSON.stringify(content)
  const json = typeof content === 'object' ? { 'content-type': 'application/json' } : {}
  const response = await fetch(url, {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: { ...json, ...credential, ...entry?.headers?.(ids) },
    ...(content === undefined ? {} : { body }),
  })
  return {
    status: response.status,
    headers: [...response.headers],
    text: await response.text(),
  }
}

/** The credential of a side for an operation. */
export function credentialOf({ api, id }: Operation, { ids, apiKey }: Side) {
  if (api === 'signaling') return { 'x-api-key': apiKey }
  const token = id.startsWith('receiveData') ? ids.sinkToken : ids.accessToken
  return { authorization: `Bearer ${token}` }
}

const perRequest = new Set(['x-request-id', 'date'])
const madeNew = [
  /\b(ws|job|tr|sub|evt|dlv)-[0-9a-z]{26}\b/g,
  /\bwhsec_[\w+/=]+/g,
  /\bdsc?[a-z]*_[\w.-]+/g,
  /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /"etag":"[^"]*"/g,
]

/**
 * An answer with what was asked for in the place of its name. Refusals keep every other byte but `instance`; in
 * successes ids, tokens and times that were made for this very answer are covered too.
 */
export function comparable({ status, headers, text }: Answered, ids: Ids): string {
  const named = Object.entries(ids)
    .map(([field, value]) => [field, String(value)] as const)
    .toSorted(([, a], [, b]) => b.length - a.length)
  const told = headers.filter(([name]) => !perRequest.has(name))
  let shown = `${status}\n${told.map((pair) => pair.join(': ')).join('\n')}\n\n${text}`
  shown = shown.replace(/"instance":"[^"]*"/, '"instance"')
  for (const [field, value] of named) {
    shown = shown.replaceAll(value, `<${field}>`)
    shown = shown.replaceAll(Buffer.from(value).toString('base64url'), `<${field}>`)
  }
  if (status < 300) for (const pattern of madeNew) shown = shown.replaceAll(pattern, '<made>')
  return shown
}
