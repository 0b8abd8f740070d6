import type { ControlPlaneDefinition } from '../../domain/control-plane-definition.ts'
import { invalidControlPlane } from '../../domain/control-plane-definition.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { finalFlowStates } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { placeProblems, type ConnectorPlace } from './control-plane-rules.ts'
import type { Transaction } from '../ports/database.ts'
import { scheduleRegistration } from './own-data-plane.ts'
import { refuseManagedByFile } from '../services/save-service.ts'
import { sealControlPlane } from './seal-control-plane.ts'

type ManagedBy = ControlPlane['managedBy']

/** Seals what the definition holds; the secrets that are left out stay those of `previous`. */
export async function controlPlaneOf(
  app: Application,
  given: ControlPlaneDefinition,
  previous: ControlPlane | undefined,
  managedBy: ManagedBy,
): Promise<ControlPlane> {
  const now = app.now()
  return {
    id: given.id,
    protocol: given.protocol,
    participantContextId: given.participantContextId ?? given.id,
    ...(await sealControlPlane(app, given, previous)),
    register: given.register,
    startDelayMs: given.startDelayMs,
    registeredAt: previous?.registeredAt ?? null,
    registrationProblem: previous?.registrationProblem ?? null,
    managedBy,
    createdAt: previous?.createdAt ?? now,
    updatedAt: now,
  }
}

/** Adds a control plane. Throws `state-conflict` when the id is taken, `invalid-request` with pointers. */
export async function createControlPlane(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  place: ConnectorPlace,
): Promise<ControlPlane> {
  const existing = await tx.controlPlanes.get({ id: controlPlane.id })
  if (existing !== undefined) {
    refuseManagedByFile(existing)
    throw new ProblemError('state-conflict', `There is a control plane ${existing.id} already.`)
  }
  await refuseWrongPlace(tx, controlPlane, place)
  await tx.controlPlanes.insert(controlPlane)
  await scheduleRegistration(app, tx, controlPlane)
  return controlPlane
}

/** Replaces a control plane. Protocol and participant context stay while it has living data flows. */
export async function replaceControlPlane(
  app: Application,
  given: ControlPlaneDefinition,
  place: ConnectorPlace,
): Promise<ControlPlane> {
  const previous = await readControlPlane(app.database.read, given.id)
  refuseManagedByFile(previous)
  const controlPlane = await controlPlaneOf(app, given, previous, 'api')
  return app.database.transaction(async (tx) => {
    await refuseWrongPlace(tx, controlPlane, place)
    await updateControlPlane(app, tx, previous, controlPlane)
    return controlPlane
  })
}

export async function updateControlPlane(
  app: Application,
  tx: Transaction,
  previous: ControlPlane,
  next: ControlPlane,
): Promise<void> {
  const moved =
    previous.protocol !== next.protocol ||
    previous.participantContextId !== next.participantContextId
  if (moved && (await hasLivingFlows(tx, previous.id))) {
    throw new ProblemError(
      'state-conflict',
      `${previous.id} has living data flows: its protocol and participant context stay.`,
    )
  }
  await tx.controlPlanes.update({ id: previous.id }, next)
  await scheduleRegistration(app, tx, next)
}

export async function hasLivingFlows(tx: Transaction, controlPlaneId: string): Promise<boolean> {
  const living = { controlPlaneId, state: { notIn: finalFlowStates } }
  return (await tx.flows.first(living)) !== undefined
}

export async function readControlPlane(
  tx: Pick<Transaction, 'controlPlanes'>,
  id: string,
): Promise<ControlPlane> {
  const found = await tx.controlPlanes.get({ id })
  if (found === undefined) throw new ProblemError('not-found', 'There is no such control plane.')
  return found
}

async function refuseWrongPlace(tx: Transaction, next: ControlPlane, place: ConnectorPlace) {
  const all = await tx.controlPlanes.list({})
  const problems = placeProblems(
    next,
    all.filter(({ id }) => id !== next.id),
    place,
  )
  if (problems.length > 0) throw invalidControlPlane(problems)
}
