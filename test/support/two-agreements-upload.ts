import { createHash } from 'node:crypto'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest()
export const reprDigest = (bytes: string | Uint8Array) => ({
  'repr-digest': `sha-256=:${sha256(bytes).toString('base64')}:`,
})

export interface OpenRequest {
  readonly request: ClientRequest
  readonly answer: Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
}

/** Begins an upload whose body the test writes; chunked unless a length is announced. */
export function beginUpload(
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'PUT',
): OpenRequest {
  const request = httpRequest(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
  }).then(async (response) => ({
    status: response.statusCode ?? 0,
    body: JSON.parse((await text(response)) || '{}') as Record<string, unknown>,
  }))
  answer.catch(() => undefined)
  return { request, answer }
}
