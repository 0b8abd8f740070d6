import type { ControlPlane } from '../../domain/control-plane.ts'
import type { Application } from '../application.ts'
import { lastMessageAt } from './last-message.ts'
import type { PageWish } from '../services/list-services.ts'
import { pageOfFew } from '../page-of-few.ts'
import { controlPlaneRepresentation } from '../representations/control-plane.ts'
import { eventsUrl } from './events-url.ts'
import { readControlPlane } from './save-control-plane.ts'

/** Control planes, newest first, without secrets. */
export async function listControlPlanes(app: Application, wish: PageWish) {
  const { controlPlanes } = app.database.read
  const all = await controlPlanes.list({ orderBy: 'createdAt', descending: true })
  const { items, next } = pageOfFew(all, ({ id }) => id, wish)
  return { items: await Promise.all(items.map((one) => shown(app, one))), next }
}

/** Throws `not-found`. */
export const showControlPlane = async (app: Application, id: string) =>
  shown(app, await readControlPlane(app.database.read, id))

async function shown(app: Application, controlPlane: ControlPlane) {
  return controlPlaneRepresentation(controlPlane, {
    eventsUrl: eventsUrl(app, controlPlane),
    lastMessageAt: await lastMessageAt(app, controlPlane.id),
  })
}
