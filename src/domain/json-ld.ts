import { isRecord } from './parameters-schema.ts'

const namespaces = [
  'https://w3id.org/edc/v0.0.1/ns/',
  'https://w3id.org/tractusx/auth/',
  'https://w3id.org/dspace/v0.8/',
  'http://www.w3.org/ns/odrl/2/',
  'edc:',
  'tx-auth:',
  'dspace:',
  'odrl:',
]

/** The name without the namespace that connectors put before it. */
export function localName(name: string): string {
  const namespace = namespaces.find((prefix) => name.startsWith(prefix))
  return namespace === undefined ? name : name.slice(namespace.length)
}

/** The value of a term, whatever namespace its key has; a plain key before namespaced ones. Undefined when there is none. */
export function termOf(document: Readonly<Record<string, unknown>>, term: string): unknown {
  if (Object.hasOwn(document, term)) return document[term]
  const key = Object.keys(document).find((name) => localName(name) === term)
  return key === undefined ? undefined : document[key]
}

/** A node that may come alone or as the only one of a list, as expanded JSON-LD has it. */
export function nodeOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const node: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return isRecord(node) ? node : undefined
}

/** The values of a term: one in place of a list, lists in `@list` or `@set`. Empty when there is none. */
export function valuesOf(node: unknown, term: string): readonly unknown[] {
  return isRecord(node) ? listed(termOf(node, term)) : []
}

function listed(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(listed)
  if (value === null || value === undefined) return []
  const list = isRecord(value) ? (value['@list'] ?? value['@set']) : undefined
  return list === undefined ? [value] : listed(list)
}

/** The value of a term as text. Undefined when there is none. */
export const textOf = (node: unknown, term: string): string | undefined =>
  isRecord(node) ? scalarText(termOf(node, term)) : undefined

/** A scalar as text: plain, as `@value` or `@id`, or the only one of a list. Undefined when it is none of them. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 1 ? scalarText(value[0]) : undefined
  if (isRecord(value) && '@value' in value) return scalarText(value['@value'])
  if (isRecord(value) && '@id' in value) return scalarText(value['@id'])
  return undefined
}

/** The types of a document, without namespaces. */
export function typesOf(document: Readonly<Record<string, unknown>>): readonly string[] {
  const given: unknown = document['@type']
  const types: readonly unknown[] = Array.isArray(given) ? given : [given]
  return types.filter((type) => typeof type === 'string').map(localName)
}
