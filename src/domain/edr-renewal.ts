import { z } from 'zod'
import type { HttpSource } from './data-address.ts'

export interface RefusalFacts {
  /** The source has given bytes of this transfer before. */
  readonly worked: boolean
  /** The address says how, and we have an identity to do it with. */
  readonly renewable: boolean
  /** Renewals at the position that is to be read now. */
  readonly renewals: number
  /** The source has answered since the last renewal. */
  readonly usedSince: boolean
  /** When the token ends, as its address said; null: it did not. */
  readonly expiresAt: Date | null
}

/** Renewals without one more byte read, at most. */
export const maxIdleRenewals = 3

/**
 * What to do when a source answers 401 or 403. A token may end earlier than its address said, so a renewal is worth
 * one try in any case; a renewed token that is refused at once ends it.
 */
export function judgeRefusal(facts: RefusalFacts, now: Date): 'renew' | 'expired' | 'refused' {
  const fresh = facts.renewals === 0 || (facts.usedSince && facts.renewals < maxIdleRenewals)
  if (facts.renewable && fresh) return 'renew'
  const overdue = facts.expiresAt !== null && facts.expiresAt <= now
  return facts.worked || overdue ? 'expired' : 'refused'
}

/** What is to be done with the status of a refresh endpoint. Redirects are not followed. */
export function judgeRefreshStatus(status: number): 'renewed' | 'later' | 'refused' {
  if (status === 200) return 'renewed'
  return status >= 500 || [408, 425, 429].includes(status) ? 'later' : 'refused'
}

const authorizationOf = ({ headers }: HttpSource) =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')

/** The access token that an address carries. */
export function accessTokenOf(source: HttpSource): string | undefined {
  return authorizationOf(source)?.[1].replace(/^bearer /i, '')
}

const token = z.string().regex(/^[\x21-\x7e]{1,16384}$/)
const refreshAnswer = z.object({
  access_token: token,
  refresh_token: token.optional(),
  expires_in: z.coerce.number().positive().max(1e9).optional(),
})

/** The address with what a token endpoint answered; undefined when that is no token answer (RFC 6749, 5.1). */
export function renewedSource(source: HttpSource, body: string, now: Date): HttpSource | undefined {
  const parsed = refreshAnswer.safeParse(jsonOf(body))
  const authorization = authorizationOf(source)
  if (!parsed.success || authorization === undefined || source.refresh === null) return undefined
  const { access_token: accessToken, refresh_token: rotated, expires_in: seconds } = parsed.data
  const [name, before] = authorization
  const bearer = /^bearer /i.test(before) ? 'Bearer ' : ''
  return {
    type: 'http',
    url: source.url,
    headers: { ...source.headers, [name]: `${bearer}${accessToken}` },
    refresh: { ...source.refresh, token: rotated ?? source.refresh.token },
    ...(seconds === undefined
      ? {}
      : { expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
