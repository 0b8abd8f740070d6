import type { ControlPlane } from '../../domain/control-plane.ts'
import type { Application } from '../application.ts'

const claimsOf = (app: Application, id: string) => ({
  id: app.sha256Hex(id).slice(0, 40),
  number: 0,
  salt: '',
})

/** Where the connector of a control plane posts its events. Whoever knows it may post them: a secret. */
export const eventsUrl = (app: Application, { id }: Pick<ControlPlane, 'id'>) =>
  `${app.settings.connectorUrl}/events/v1/edc/${app.tokens.issue('events', claimsOf(app, id))}`

/** The control plane whose events come with this token; undefined when it is none of ours. */
export async function controlPlaneOfEvents(
  app: Application,
  token: string,
): Promise<ControlPlane | undefined> {
  const claims = app.tokens.verify('events', token)
  if (claims === undefined) return undefined
  const all = await app.database.read.controlPlanes.list({})
  return all.find(({ id }) => claimsOf(app, id).id === claims.id)
}
