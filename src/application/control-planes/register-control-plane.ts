import type { ControlPlane } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'

const sameUrl = (a: string, b: string) =>
  URL.canParse(a) &&
  URL.canParse(b) &&
  new URL(a).href.replace(/\/$/, '') === new URL(b).href.replace(/\/$/, '')

/**
 * A control plane's registration (Data Plane Signaling 1.5). It may change only its own, configured entry: a first callback
 * address is taken when none is configured; a configured one is never changed by a message. Throws `not-allowed`.
 */
export async function registerControlPlane(
  app: Application,
  controlPlane: ControlPlane,
  id: string,
  endpoint: string,
): Promise<void> {
  requireOwn(controlPlane, id)
  const { callbackUrl } = controlPlane
  if (callbackUrl !== null && sameUrl(callbackUrl, endpoint)) return
  if (callbackUrl !== null) {
    throw new ProblemError(
      'not-allowed',
      'The callback address is configured and is another one.',
      {
        nextStep: 'Ask the operator to change the control plane.',
      },
    )
  }
  app.outbound.checkUrl(endpoint, 'foreign')
  const patch = { callbackUrl: endpoint.replace(/\/$/, ''), updatedAt: app.now() }
  await app.database.read.controlPlanes.update({ id: controlPlane.id }, patch)
  app.controlPlanesChanged()
}

/** Ends the registration: its flows and its configuration stay. */
export function deregisterControlPlane(
  _app: Application,
  controlPlane: ControlPlane,
  id: string,
): Promise<void> {
  requireOwn(controlPlane, id)
  return Promise.resolve()
}

function requireOwn(controlPlane: ControlPlane, id: string): void {
  if (controlPlane.id === id) return
  throw new ProblemError('not-found', 'There is no such control plane.')
}
