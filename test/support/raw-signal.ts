import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** Sends bytes as they are: no client tidies path, body or headers. */
export async function sendRaw(
  connectorUrl: string,
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<RawAnswer> {
  const { hostname, port } = new URL(connectorUrl)
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const outgoing = request(
    { hostname, port, method, path: `/signaling/v1/${path}`, headers, agent: false },
    (response) => {
      text(response).then(
        (content) => resolve({ status: response.statusCode ?? 0, text: content }),
        reject,
      )
    },
  )
  outgoing.once('error', reject)
  outgoing.end(body)
  const answer = await promise
  checkProblem(answer)
  return answer
}

/** A refusal is a problem document without internals: nothing of code, files, tables or classes. */
function checkProblem({ status, text: content }: RawAnswer): void {
  assert.ok(status < 500, `${status} ${content}`)
  if (status < 400) return
  const problem = JSON.parse(content) as Record<string, unknown>
  assert.equal(problem['status'], status)
  assert.equal(typeof problem['code'], 'string')
  assert.doesNotMatch(
    content,
    /node_modules|\.ts\b|\bat [A-Za-z.]+ \(|sqlite|SELECT|Error:|TypeError/i,
  )
}
