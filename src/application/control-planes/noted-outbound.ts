import type { Application } from '../application.ts'
import type { Outbound } from '../ports/outbound.ts'

/**
 * The way out to one control plane: what is sent, and what comes back, is noted for operators. `processId`: the transfer
 * process that it is about, where paths and bodies do not tell.
 */
export function notedOutbound(
  { outbound, exchanges, now }: Pick<Application, 'outbound' | 'exchanges' | 'now'>,
  { id: controlPlaneId }: { readonly id: string },
  processId?: string,
): Outbound {
  return {
    checkUrl: (url, trust, options) => outbound.checkUrl(url, trust, options),
    send: async (request, signal) => {
      const at = now()
      const begun = performance.now()
      const note = (status: number | null, response: string | null) => {
        const { method, url, body } = request
        const durationMs = performance.now() - begun
        const sent = { method, url, request: body, status, response, durationMs }
        const about = processId === undefined ? {} : { processId }
        exchanges.note({ controlPlaneId, at, direction: 'out', ...sent, ...about })
      }
      try {
        const answer = await outbound.send(request, signal)
        note(answer.status, answer.body)
        return answer
      } catch (error) {
        note(null, null)
        throw error
      }
    },
  }
}
