import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A table that cannot be used; its message is one sentence for whoever sent it. */
export class BadTable extends Error {}

const field = /(?:"((?:[^"]|"")*)"|([^,"]*))(,|$)/y

/**
 * Records of a CSV file with a header, as `{ column: text }`, one at a time. `onBytes` hears how far the file is read.
 */
export async function* records(path, label, onBytes) {
  const stream = createReadStream(path)
  stream.on('data', () => onBytes(stream.bytesRead))
  const lines = createInterface({ input: stream, crlfDelay: Infinity })
  let columns = null
  let record = ''
  let number = 0
  for await (const line of lines) {
    number++
    record = record === '' ? line : `${record}\n${line}`
    if (hasOpenQuote(record)) continue
    const text = record
    record = ''
    if (text.trim() === '') continue
    const values = split(text, `${label}, line ${number}`)
    if (columns === null) columns = header(values, label)
    else yield named(columns, values, `${label}, line ${number}`)
  }
  if (record !== '') throw new BadTable(`${label}: the last quoted field has no end.`)
  if (columns === null) throw new BadTable(`${label} is empty.`)
}

const hasOpenQuote = (text) => (text.split('"').length - 1) % 2 === 1

function split(text, place) {
  const values = []
  field.lastIndex = 0
  for (;;) {
    const match = field.exec(text)
    if (match === null) throw new BadTable(`${place}: a quote stands where none may be.`)
    values.push(match[1]?.replaceAll('""', '"') ?? match[2].trim())
    if (match[3] === '') return values
  }
}

function header(values, label) {
  const columns = values.map((value) => value.replace(/^\ufeff/, '').trim())
  if (new Set(columns).size < columns.length) throw new BadTable(`${label} names a column twice.`)
  return columns
}

function named(columns, values, place) {
  if (values.length === columns.length) {
    return Object.fromEntries(columns.map((column, index) => [column, values[index]]))
  }
  throw new BadTable(`${place}: ${values.length} fields where the header has ${columns.length}.`)
}
