import { isRecord } from './parameters-schema.ts'

/** The last part of a JSON-LD name: `odrl:lteq`, `http://www.w3.org/ns/odrl/2/lteq` and `lteq` are the same here. */
export const lastPart = (name: string) => name.replace(/^.*[/#:]/, '')

/**
 * The values of a property of JSON-LD as connectors write it: its key with any prefix or namespace or none, one value in
 * place of a list, lists in `@list` or `@set`. Empty when there is none.
 */
export function valuesOf(node: unknown, name: string): readonly unknown[] {
  if (!isRecord(node)) return []
  const key = Object.keys(node).find((candidate) => lastPart(candidate) === name)
  return key === undefined ? [] : listed(node[key])
}

function listed(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(listed)
  if (value === null || value === undefined) return []
  if (isRecord(value)) {
    const list = value['@list'] ?? value['@set']
    if (list !== undefined) return listed(list)
  }
  return [value]
}

/** The text of a property: a string, a number, or what stands in `@value` or `@id`. Undefined when there is none. */
export function textOf(node: unknown, name: string): string | undefined {
  for (const value of valuesOf(node, name)) {
    const held = isRecord(value) ? (value['@value'] ?? value['@id']) : value
    if (typeof held === 'string') return held
    if (typeof held === 'number') return String(held)
  }
  return undefined
}
