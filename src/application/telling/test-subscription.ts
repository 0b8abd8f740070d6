import { newId } from '../../domain/ids.ts'
import { enqueueEvent } from './append-event.ts'
import type { Application } from '../application.ts'
import { testEventType } from './compose-webhook.ts'
import { findSubscription, requireActive } from './find-subscription.ts'
import { showOne } from './redeliver.ts'

/** Sends an event that is in no log to this subscription alone. Throws `not-found`, `state-conflict`. */
export async function testSubscription(app: Application, workspaceId: string, id: string) {
  const event = {
    workspaceId,
    id: newId('evt', app.now(), app.randomBytes(10)),
    type: testEventType,
    sequence: null,
  }
  return app.database.transaction(async (tx) => {
    requireActive(await findSubscription(tx, workspaceId, id))
    return showOne(tx, await enqueueEvent(app, tx, event, id))
  })
}
