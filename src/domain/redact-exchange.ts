import { bounds } from './bounds.ts'
import type { Exchange, ObservedExchange } from './exchange.ts'
import { isRecord } from './parameters-schema.ts'
import { hidden, holdsSecret, redactPathSecrets, redactText } from './redact-text.ts'

const maxDepth = 12

/**
 * What is kept of a message: no value that is called a secret, no query, no user of an address, no secret of a path, no
 * text that cannot be read. Bodies are JSON of at most 4 KiB; what is cut off, and what is hidden, is an ellipsis.
 */
export function redactExchange(observed: ObservedExchange): Omit<Exchange, 'id'> {
  const { controlPlaneId, at, direction, method, status } = observed
  const request = readBody(observed.request)
  const path = pathOf(observed.url)
  return {
    controlPlaneId,
    at,
    direction,
    method,
    path: redactText(redactPathSecrets(path)).slice(0, bounds.exchanges.pathChars),
    status,
    durationMs: Math.max(0, Math.round(observed.durationMs)),
    processId: shownId(observed.processId ?? processIdOf(path, request)),
    request: keptBody(request),
    response: keptBody(readBody(observed.response)),
  }
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly characters: number }

function readBody(body: unknown): Body {
  if (body === undefined || body === null || body === '') return { kind: 'none' }
  if (typeof body !== 'string') return { kind: 'json', value: body }
  const value = body.length > bounds.exchanges.readBytes ? undefined : parsed(body)
  return value === undefined ? { kind: 'text', characters: body.length } : { kind: 'json', value }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function keptBody(body: Body): string | null {
  switch (body.kind) {
    case 'none':
      return null
    case 'text':
      return JSON.stringify(`(${body.characters} characters that are not JSON)`)
    case 'json':
      return JSON.stringify(redactValue(body.value, { left: bounds.exchanges.bodyBytes - 16 }, 0))
  }
}

function pathOf(url: string): string {
  if (url.startsWith('/')) return url.replace(/[?#].*$/s, '')
  return URL.canParse(url) ? new URL(url).pathname : hidden
}

/** Where a message names its transfer process: its path, or a property of its body. */
function processIdOf(path: string, body: Body): string | undefined {
  const [, inPath] =
    /\/(?:transfers|transferprocess|transferprocesses|dataflows)\/([^/]+)/.exec(path) ?? []
  const named = inPath !== undefined && !/^(?:start|prepare|check|request)$/.test(inPath)
  if (named) return decoded(inPath)
  return body.kind === 'json' ? processOf(body.value) : undefined
}

const shownId = (id: string | undefined): string | null =>
  id === undefined ? null : redactText(id).slice(0, 512)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function processOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined
  const inner = isRecord(body['payload']) ? body['payload'] : {}
  for (const [name, value] of [...Object.entries(body), ...Object.entries(inner)]) {
    // The provisioner's data-plane generation says `flowId`.
    const found = /(?:^|[/#:])(?:processId|transferProcessId|flowId)$/.test(name)
    if (found && typeof value === 'string') return value
  }
  return undefined
}

/** Bytes of JSON that may still be written. */
interface Budget {
  left: number
}

const encoder = new TextEncoder()
/** With quotes, and what separates it from the next. */
const costOf = (value: string | number) => encoder.encode(JSON.stringify(value)).length + 2
const hiddenCost = costOf(hidden)
/** Brackets, and what says that something was cut off. */
const containerCost = 2 * hiddenCost + 4

function redactValue(value: unknown, budget: Budget, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return paid(value, 7, budget)
  if (typeof value === 'number') return paid(value, costOf(value), budget)
  if (typeof value === 'string') return redactString(value, budget, depth)
  if (typeof value !== 'object' || depth >= maxDepth || budget.left < containerCost)
    return paid(hidden, hiddenCost, budget)
  budget.left -= containerCost
  return Array.isArray(value)
    ? redactItems(value, budget, depth)
    : redactProperties(value as Readonly<Record<string, unknown>>, budget, depth)
}

function paid<T>(value: T, cost: number, budget: Budget): T | typeof hidden {
  const shown = cost <= budget.left
  budget.left -= shown ? cost : hiddenCost
  return shown ? value : hidden
}

/** A text that is JSON itself, as properties of data addresses are, is looked through like any other. */
function redactString(text: string, budget: Budget, depth: number): string {
  const shown = /^\s*[[{]/.test(text) ? redactInner(text, budget, depth) : redactText(text)
  return paid(shown, costOf(shown), budget)
}

function redactInner(text: string, budget: Budget, depth: number): string {
  if (text.length > bounds.exchanges.bodyBytes || depth >= maxDepth) return hidden
  const value = parsed(text)
  // Its quotes are written escaped.
  const inner = { left: Math.floor(budget.left / 2) }
  return value === undefined ? hidden : JSON.stringify(redactValue(value, inner, depth + 1))
}

function redactItems(items: readonly unknown[], budget: Budget, depth: number): readonly unknown[] {
  const [name] = items
  const isPair = items.length === 2 && typeof name === 'string' && holdsSecret(name)
  const kept: unknown[] = []
  for (const [index, item] of items.entries()) {
    if (budget.left < hiddenCost) return [...kept, hidden]
    const secret = isPair && index === 1
    kept.push(secret ? paid(hidden, hiddenCost, budget) : redactValue(item, budget, depth + 1))
  }
  return kept
}

function redactProperties(
  properties: Readonly<Record<string, unknown>>,
  budget: Budget,
  depth: number,
): Readonly<Record<string, unknown>> {
  const namesSecret = isNamedSecret(properties)
  const kept: [string, unknown][] = []
  for (const name in properties) {
    const shownName = redactText(name)
    const cost = costOf(shownName)
    if (budget.left < cost + hiddenCost) return Object.fromEntries([...kept, [hidden, hidden]])
    budget.left -= cost
    const value = properties[name]
    const secret = value !== null && (holdsSecret(name) || (namesSecret && valueName.test(name)))
    kept.push([
      shownName,
      secret ? paid(hidden, hiddenCost, budget) : redactValue(value, budget, depth + 1),
    ])
  }
  return Object.fromEntries(kept)
}

const nameName = /(?:^|[/#:@])(?:name|key|id|property|header)$/i
const valueName = /(?:^|[/#:@])(?:value|values)$/i

/** `{name, value}`, in any namespace, where the name says that the value is a secret. */
function isNamedSecret(properties: Readonly<Record<string, unknown>>): boolean {
  for (const name in properties) {
    if (nameName.test(name) && textsOf(properties[name]).some(holdsSecret)) return true
  }
  return false
}

/** The texts of a JSON-LD value: itself, or what stands in `@value` or `@id`. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.slice(0, 4).flatMap(textsOf)
  return isRecord(value) ? [value['@value'], value['@id']].flatMap(textsOf) : []
}
