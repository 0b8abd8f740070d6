import { bounds } from '../../domain/bounds.ts'
import { deprovisionedPath } from '../../domain/provision-callback.ts'
import { decideProvisionAnswer, isFinalProvision } from '../../domain/provision-request.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import { againAt, done, type Outcome, type Reconciler } from '../reconciler.ts'
import { createLanes } from '../telling/lanes.ts'
import { giveContentAddress } from './give-content-address.ts'
import { openProvisionedFlow } from './open-provisioned-flow.ts'
import {
  nextProvisionTry,
  provisionDeadline,
  release,
  tellableAt,
  unanswered,
  type ProvisionPass,
} from './provision-pass.ts'
import { tellConnector } from './send-content-address.ts'

/** For so long a termination is tried, and a deprovision callback is repeated so often. */
const terminateSeconds = 6 * 3600
const mostDeprovisionTries = 10

/** Provision requests, from what was answered to their end. */
export function provisionReconciler(
  app: Application,
  { authenticator }: { readonly authenticator: CallbackAuthenticator },
): Reconciler {
  const lanes = createLanes()
  return {
    kind: 'provision',
    slots: bounds.connectors.provisions,
    parkAfter: null,
    maxBackoffMs: 60_000,
    run: async (pass) => {
      const { read } = app.database
      const request = await read.provisionRequests.get({ id: pass.id })
      if (request === undefined || isFinalProvision(request)) return done
      const controlPlane = await read.controlPlanes.get({ id: request.controlPlaneId })
      if (controlPlane === undefined) {
        const patch = { state: 'REFUSED', endedAt: app.now() } as const
        await pass.record((tx) => tx.provisionRequests.update({ id: request.id }, patch))
        return done
      }
      using entry = lanes.enter(controlPlane.id, () => app.now())
      if (entry.kind === 'turn') return againAt(entry.at)
      return await step({ app, authenticator, pass, controlPlane, request })
    },
  }
}

function step(given: ProvisionPass): Promise<Outcome> | Outcome {
  switch (given.request.state) {
    case 'RECEIVED':
      return openProvisionedFlow(given)
    case 'PROVISIONED':
      return giveContentAddress(given)
    case 'REFUSING':
      return terminate(given)
    case 'DEPROVISIONING':
      return tellDeprovisioned(given)
    case 'REFUSED':
    case 'DEPROVISIONED':
      return done
  }
}

/** Never before our answer was stored: the connector would forget it. */
async function terminate(given: ProvisionPass): Promise<Outcome> {
  const { app, pass, controlPlane, request } = given
  const earliest = tellableAt(request)
  if (earliest > app.now()) return againAt(earliest)
  const { processId, reason } = request
  const why = reason ?? 'It could not be provisioned.'
  const looked = await app.connectors.terminate(controlPlane, processId, why, pass.signal)
  if (looked.kind !== 'unknown') return release(given, 'REFUSED')
  if (secondsFrom(provisionDeadline(app, request), terminateSeconds) > app.now())
    throw unanswered(controlPlane, looked)
  return release(given, 'REFUSED')
}

/** The data flow of the data-plane generation ends by this callback; its transfer process does not need it. */
async function tellDeprovisioned(given: ProvisionPass): Promise<Outcome> {
  const { app, pass, request } = given
  const earliest = tellableAt(request)
  if (earliest > app.now()) return againAt(earliest)
  const result = await tellConnector(given, { path: deprovisionedPath(request) })
  const tries = request.tries + 1
  const isOver =
    result === undefined ||
    decideProvisionAnswer(result.status, tries) !== 'again' ||
    tries >= mostDeprovisionTries
  if (isOver) return release(given)
  await pass.record((tx) => tx.provisionRequests.update({ id: request.id }, { tries }))
  return againAt(nextProvisionTry(app, tries))
}
