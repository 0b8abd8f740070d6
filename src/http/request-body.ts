import type { IncomingMessage, ServerResponse } from 'node:http'
import { bounds } from '../domain/bounds.ts'
import { ProblemError } from '../domain/problem.ts'
import { invalidRequest } from './problem-document.ts'

/** Whether a request brings a body (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && length !== '0'
}

/** The media type without parameters, in lower case; empty when there is none. */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** Asks for the body of a client that waits to be asked (`Expect: 100-continue`). */
export function askForBody(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.headers.expect === undefined) return
  // What is left in the headers says whether the client is still waiting.
  delete incoming.headers.expect
  response.writeContinue()
}

/** Reads a body that is small by contract. Throws `too-large` before reading when the announced length is. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const { jsonBodyBytes, jsonBodyMs } = bounds.http
  const tooLarge = () => new ProblemError('too-large', `A body has at most ${jsonBodyBytes} bytes.`)
  if (Number(incoming.headers['content-length'] ?? 0) > jsonBodyBytes) throw tooLarge()
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > jsonBodyBytes) reject(tooLarge())
    else chunks.push(chunk)
  }
  const onEnd = () => resolve(Buffer.concat(chunks, bytes))
  const onClose = () => reject(new ProblemError('invalid-request', 'The body ended early.'))
  const timer = setTimeout(
    () => reject(new ProblemError('invalid-request', 'The body did not arrive in time.')),
    jsonBodyMs,
  )
  incoming.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    incoming.off('data', onData).off('end', onEnd).off('close', onClose).pause()
  }
}

/** Text of a body; throws when it is not UTF-8. */
export function bodyText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ProblemError('invalid-request', 'The body is not UTF-8.', { cause })
  }
}

/** Parses JSON and refuses what is dangerous further inside: extreme depth and keys that reach prototypes. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ProblemError('invalid-request', 'The body is not JSON.', { cause })
  }
  const open: { value: unknown; pointer: string; depth: number }[] = [
    { value, pointer: '', depth: 0 },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: inner, pointer, depth } = next
    if (typeof inner !== 'object' || inner === null) continue
    if (depth >= bounds.http.jsonDepth) {
      throw invalidRequest({ pointer: '', code: 'depth', detail: 'is nested too deeply' })
    }
    for (const [key, member] of Object.entries(inner)) {
      if (key === '__proto__' || (key === 'prototype' && pointer.endsWith('/constructor'))) {
        throw invalidRequest({
          pointer: `${pointer}/${key}`,
          code: 'key',
          detail: 'is not allowed',
        })
      }
      if (typeof member === 'object' && member !== null) {
        open.push({ value: member, pointer: `${pointer}/${key}`, depth: depth + 1 })
      }
    }
  }
  return value
}

/** Parses a form. Throws when a field comes twice (RFC 6749, 3.2). */
export const parseForm = (text: string): Record<string, string> => parsePairs(text, '')

/** Parses a query string. Throws when a parameter comes twice or its encoding is broken. */
export const parseQuery = (text: string): Record<string, string> => parsePairs(text, '/query')

function parsePairs(text: string, below: string): Record<string, string> {
  try {
    decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidRequest({
      pointer: below,
      code: 'encoding',
      detail: 'has a broken percent-encoding',
    })
  }
  const pairs = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (pairs.has(name)) {
      throw invalidRequest({
        pointer: `${below}/${name}`,
        code: 'duplicate',
        detail: 'is given twice',
      })
    }
    pairs.set(name, value)
  }
  return Object.fromEntries(pairs)
}
