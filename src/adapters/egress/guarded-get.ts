import type { Readable } from 'node:stream'
import type { AxiosInstance } from 'axios'
import { addressRefused } from './guard.ts'
import { canPass, type UrlRules } from './check-url.ts'
import { streamOf, textHeaders } from './outbound.ts'

export interface GetRequest {
  readonly url: string
  /** Sent to the first origin only. */
  readonly originHeaders: Readonly<Record<string, string>>
  /** Sent everywhere. */
  readonly headers: Readonly<Record<string, string>>
}

export interface GetAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
}

export type GuardedGet = (request: GetRequest, signal: AbortSignal) => Promise<GetAnswer>

export const maxRedirects = 5
const redirectStatus = new Set([301, 302, 303, 307, 308])

/**
 * A GET of a foreign address with redirects: each is checked as the first address was, https never becomes
 * http, and another origin gets none of the given headers. Throws `address-refused`.
 */
export function createGuardedGet(rules: UrlRules, client: AxiosInstance): GuardedGet {
  return async (request, signal) => {
    let url = request.url
    let headers = { ...request.originHeaders, ...request.headers }
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      if (!canPass(rules, url, 'foreign')) throw addressRefused()
      const answer = await client.request<unknown>({ method: 'GET', url, headers, signal })
      const body = streamOf(answer)
      const { location } = textHeaders(answer)
      if (!redirectStatus.has(answer.status) || location === undefined) {
        return { status: answer.status, headers: textHeaders(answer), body }
      }
      body.destroy()
      const next = redirectTarget(url, location)
      if (new URL(next).origin !== new URL(url).origin) headers = { ...request.headers }
      url = next
    }
    throw addressRefused()
  }
}

function redirectTarget(from: string, location: string): string {
  if (!URL.canParse(location, from)) throw addressRefused()
  const next = new URL(location, from)
  if (new URL(from).protocol === 'https:' && next.protocol !== 'https:') throw addressRefused()
  next.username = ''
  next.password = ''
  return next.href
}
