import { createHash, createHmac } from 'node:crypto'
import { request } from 'node:http'
import type { Credentials } from './embedded-store-harness.ts'

/** A request signed by hand, so that a test can make every mistake. */
export interface RawRequest {
  readonly method: string
  /** As sent: encoded, with its query. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  readonly payloadHash?: string
  readonly date?: Date
  /** Changes headers after they are signed. */
  readonly tamper?: (headers: Record<string, string>) => void
  /** Makes the body from the signature, for bodies that are signed in pieces. */
  readonly chunk?: (signature: string, sign: (text: string) => string) => Buffer
}

export interface RawAnswer {
  readonly status: number
  readonly code: string
  readonly body: string
  readonly headers: NodeJS.Dict<string | string[]>
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
export const longDate = (date: Date) => date.toISOString().replace(/[-:]|\.\d{3}/g, '')

export async function sendRaw(
  url: string,
  region: string,
  credentials: Credentials,
  raw: RawRequest,
): Promise<RawAnswer> {
  const { host } = new URL(url)
  const when = longDate(raw.date ?? new Date())
  const day = when.slice(0, 8)
  const payloadHash = raw.payloadHash ?? sha256(raw.body ?? '')
  const headers: Record<string, string> = {
    host,
    'x-amz-date': when,
    'x-amz-content-sha256': payloadHash,
    ...(credentials.sessionToken === undefined
      ? {}
      : { 'x-amz-security-token': credentials.sessionToken }),
    ...raw.headers,
  }
  const names = Object.keys(headers).toSorted()
  const [path = '', query = ''] = raw.target.split('?')
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&')
  const canonical = [
    ...[raw.method, path, canonicalQuery],
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    ...['', names.join(';'), payloadHash],
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (previous, part) => hmac(previous, part),
    `AWS4${credentials.secretAccessKey}`,
  )
  const sign = (text: string) => hmac(key, text).toString('hex')
  const signature = sign(`AWS4-HMAC-SHA256\n${when}\n${scope}\n${sha256(canonical)}`)
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  raw.tamper?.(headers)
  return send(url, raw.method, raw.target, headers, raw.chunk?.(signature, sign) ?? raw.body)
}

/** Sends a request as it is. */
export function send(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer | string,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path: target, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''
        resolve({ status: incoming.statusCode ?? 0, code, body: text, headers: incoming.headers })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** An `aws-chunked` body with a signature for each chunk. */
export function signedChunks(
  pieces: readonly string[],
  region: string,
  date: Date,
  trailer: readonly string[] = [],
) {
  return (seed: string, sign: (text: string) => string): Buffer => {
    const when = longDate(date)
    const scope = `${when.slice(0, 8)}/${region}/s3/aws4_request`
    let previous = seed
    const chunks = [...pieces, ''].map((piece) => {
      previous = sign(
        `AWS4-HMAC-SHA256-PAYLOAD\n${when}\n${scope}\n${previous}\n${sha256('')}\n${sha256(piece)}`,
      )
      const head = `${Buffer.byteLength(piece).toString(16)};chunk-signature=${previous}\r\n`
      return piece === '' ? head : `${head}${piece}\r\n`
    })
    const lines = trailer.map((line) => `${line}\r\n`)
    if (trailer.length > 0) {
      const signed = trailer.map((line) => `${line}\n`).join('')
      const signature = sign(
        `AWS4-HMAC-SHA256-TRAILER\n${when}\n${scope}\n${previous}\n${sha256(signed)}`,
      )
      lines.push(`x-amz-trailer-signature:${signature}\r\n`)
    }
    return Buffer.from([...chunks, ...lines, '\r\n'].join(''))
  }
}
