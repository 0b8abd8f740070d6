import type { AddressTrust, Outbound, OutboundRequest } from '../../application/ports/outbound.ts'

const limits = { timeoutMs: 10_000, maxResponseBytes: 1024 * 1024 } as const
const bodyless = new Set([101, 204, 205, 304])

/** `fetch` over the guarded client, for small requests with text bodies; redirects are handed back, not followed. */
export function createGuardedFetch(
  outbound: Outbound,
  trust: AddressTrust,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const body = request.body === null ? undefined : await request.text()
    const answer = await outbound.send(
      {
        method: methodOf(request.method),
        url: request.url,
        headers: Object.fromEntries(request.headers),
        trust,
        ...limits,
        ...(body === undefined ? {} : { body }),
      },
      request.signal,
    )
    return new Response(bodyless.has(answer.status) ? null : answer.body, {
      status: answer.status,
      headers: { ...answer.headers },
    })
  }
}

function methodOf(method: string): OutboundRequest['method'] {
  if (method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE')
    return method
  throw new TypeError(`The guarded client does not send ${method}.`)
}
