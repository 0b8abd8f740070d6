import type { Application } from '../../../application/application.ts'
import {
  grantSignal,
  requireLive,
  type Consumer,
} from '../../../application/access/authenticate-consumer.ts'
import {
  beginAfter,
  parseSequence,
  readEvents,
  type EventFilter,
} from '../../../application/telling/list-events.ts'
import { streamEvents, waitForEvents } from '../../../application/telling/wait-for-events.ts'
import { cloudEvent, sequenceText } from '../../../domain/event.ts'
import type { operations } from '../../../generated/consumer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { sendEventStream } from '../../event-stream.ts'
import { taken, type OperationRequest } from '../../handler.ts'

type EventsRequest = OperationRequest<operations['listEvents'], Consumer>

/** Suspended and ended workspaces can still be read, without waiting; a stream needs a live grant. */
export const listEventsHandler =
  (app: Application): ConsumerHandler<'listEvents'> =>
  async (request) => {
    const { query, principal } = request
    const filter = { types: query.type ?? [], subject: query.subject }
    const wantsStream = /\btext\/event-stream\b/i.test(request.incoming.headers.accept ?? '')
    if (wantsStream) return answerStream(app, request, filter)
    const from = query.after === undefined ? undefined : parseSequence(query.after)
    const after = await beginAfter(app.database.read, principal.workspace.id, from)
    const waitSeconds = principal.access === 'live' ? (query.wait ?? 0) : 0
    const limit = query.limit ?? 50
    const position = { after, filter, limit }
    const batch =
      waitSeconds > 0
        ? await waitForEvents(app, principal, position, waitSeconds, leaving(request))
        : await readEvents(app, principal.workspace.id, after, filter, limit)
    const items = batch.items.map((event) => ({ ...cloudEvent(event), data: { ...event.data } }))
    return { status: 200, body: { items, after: sequenceText(batch.after) } }
  }

/** Polls and streams end as soon as the client goes or the listener begins to stop. */
const leaving = ({ signal, stopping }: EventsRequest) => AbortSignal.any([signal, stopping])

async function answerStream(
  app: Application,
  request: EventsRequest,
  filter: EventFilter,
): Promise<typeof taken> {
  const { principal, query, response, headers } = request
  requireLive(principal)
  const last = headers['last-event-id'] ?? query.after
  const from = last === undefined ? undefined : parseSequence(last)
  const after = await beginAfter(app.database.read, principal.workspace.id, from)
  const over = new AbortController()
  try {
    const signal = grantSignal(app, principal, AbortSignal.any([leaving(request), over.signal]))
    const items = streamEvents(app, principal.workspace.id, after, filter, signal)
    await sendEventStream(request.incoming, response, items, signal)
  } finally {
    over.abort()
  }
  return taken
}
