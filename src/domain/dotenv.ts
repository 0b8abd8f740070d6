import { FailureError } from './failure.ts'
import { maxDotenvBytes } from './staging-bounds.ts'

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/
const blankOrComment = /^[ \t]*(?:#.*)?$/
const restOfLine = /^[ \t]*(?:#.*)?$/
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
  $: '$',
  '`': '`',
}

/** Variables that consumers cannot set, by dotenv or parameter. */
export const isReservedVariable = (name: string) =>
  /^(?:DSC_.*|LD_.*|PATH|NODE_OPTIONS)$/i.test(name)

interface Assignment {
  readonly name: string
  readonly value: string
  readonly line: number
}

/**
 * The variables of an input of kind `environment`, in their order; a later one of the same name wins.
 * Nothing is interpolated. Throws `FailureError` `environment-invalid` naming line and variable, never a value.
 */
export function parseDotenv(bytes: Uint8Array, input: string): ReadonlyMap<string, string> {
  if (bytes.length > maxDotenvBytes) {
    throw invalid(input, `is larger than ${maxDotenvBytes / 1024} KiB`)
  }
  const text = decode(bytes, input).replaceAll('\r\n', '\n')
  const variables = new Map<string, string>()
  for (const { name, value, line } of assignments(text, input)) {
    if (isReservedVariable(name)) throw invalid(input, `line ${line}: ${name} cannot be set`)
    if (value.includes('\0')) throw invalid(input, `line ${line}: ${name} contains NUL`)
    variables.delete(name)
    variables.set(name, value)
  }
  return variables
}

function decode(bytes: Uint8Array, input: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid(input, 'is not UTF-8 text')
  }
}

function* assignments(text: string, input: string): Generator<Assignment> {
  let at = 0
  let line = 1
  while (at < text.length) {
    const end = lineEnd(text, at)
    const content = text.slice(at, end)
    if (blankOrComment.test(content)) {
      at = end + 1
      line++
      continue
    }
    const match = assignment.exec(content)
    const name = match?.[1]
    if (!match || name === undefined) {
      throw invalid(input, `line ${line}: is no assignment of the form KEY=value`)
    }
    const { value, next } = readValue(text, at + match[0].length, (problem) =>
      invalid(input, `line ${line}: ${name} ${problem}`),
    )
    yield { name, value, line }
    line += text.slice(at, next).split('\n').length - 1
    at = next
  }
}

/** Reads a value that begins at `at`, to the end of its last line. */
function readValue(text: string, at: number, problem: (text: string) => FailureError) {
  const quote = text.charAt(at)
  if (quote !== '"' && quote !== "'") {
    const end = lineEnd(text, at)
    const value = text.slice(at, end).replace(/(?:^|[ \t]+)#.*$/, '')
    return { value: value.trimEnd(), next: end + 1 }
  }
  const close = closingQuote(text, at, quote)
  if (close < 0) throw problem('has no closing quote')
  const end = lineEnd(text, close + 1)
  if (!restOfLine.test(text.slice(close + 1, end)))
    throw problem('has text after its closing quote')
  const inner = text.slice(at + 1, close)
  return { value: quote === '"' ? unescape(inner) : inner, next: end + 1 }
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === quote) return at
    if (character === '\\' && quote === '"') at++
  }
  return -1
}

const unescape = (text: string) =>
  text.replace(/\\(.)/gs, (whole, character: string) => escapes[character] ?? whole)

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

const invalid = (input: string, problem: string) =>
  new FailureError('environment-invalid', `Input ${input}: ${problem}.`)
