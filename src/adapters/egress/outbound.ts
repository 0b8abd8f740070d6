import { Readable } from 'node:stream'
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import type {
  AddressTrust,
  Outbound,
  OutboundRequest,
  OutboundResponse,
} from '../../application/ports/outbound.ts'
import { FailureError } from '../../domain/failure.ts'
import { ProblemError } from '../../domain/problem.ts'
import { addressRefused } from './guard.ts'
import { canPass, type UrlRules } from './check-url.ts'
import { outboundFailure } from './faults.ts'
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'

export interface AgentPair {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
}

/** An HTTP client that follows no redirect, uses no proxy and hands out bytes as they came. */
export function createClient(agents: AgentPair): AxiosInstance {
  return axios.create({
    adapter: 'http',
    ...agents,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'stream',
    maxBodyLength: 16 * 1024 * 1024,
    validateStatus: () => true,
    headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'dataspace-compute' },
  })
}

/** Small requests under a total limit; answers are read to a limit and the connection is closed there. */
export function createOutbound(
  rules: UrlRules,
  clients: Readonly<Record<AddressTrust, AxiosInstance>>,
): Outbound {
  return {
    checkUrl: (url, trust, options) => {
      if (canPass(rules, url, trust, options)) return
      throw new ProblemError('address-refused', 'The address is not a public https address.')
    },
    send: async (request, signal) => {
      if (!canPass(rules, request.url, request.trust)) throw addressRefused()
      const limit = AbortSignal.timeout(request.timeoutMs)
      try {
        return await exchange(clients[request.trust], request, AbortSignal.any([signal, limit]))
      } catch (error) {
        signal.throwIfAborted()
        const { origin } = new URL(request.url)
        throw outboundFailure(
          error,
          limit.aborted
            ? `${origin} did not answer within ${request.timeoutMs} ms.`
            : `${origin} did not answer.`,
        )
      }
    },
  }
}

async function exchange(
  client: AxiosInstance,
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const answer: AxiosResponse<unknown> = await client.request({
    method: request.method,
    url: request.url,
    signal,
    ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
    ...(request.body === undefined ? {} : { data: request.body }),
  })
  const body = streamOf(answer)
  return {
    status: answer.status,
    headers: textHeaders(answer),
    body: await readText(body, request.maxResponseBytes, signal),
  }
}

export function streamOf(answer: AxiosResponse<unknown>): Readable {
  if (answer.data instanceof Readable) return answer.data
  throw new FailureError('internal', 'An answer without a body stream.')
}

/** Lower-case names; repeated headers are joined. */
export function textHeaders(answer: AxiosResponse<unknown>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries<unknown>(answer.headers)) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value
    else if (Array.isArray(value)) headers[name.toLowerCase()] = value.join(', ')
  }
  return headers
}

async function readText(body: Readable, maxBytes: number, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  const abort = () => body.destroy(new Error('Aborted.'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      const kept = chunk.subarray(0, maxBytes - bytes)
      chunks.push(kept)
      bytes += kept.length
      if (bytes >= maxBytes) break
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    signal.removeEventListener('abort', abort)
    body.destroy()
  }
}
