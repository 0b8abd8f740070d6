import {
  parseControlPlane,
  type ControlPlaneDefinition,
} from '../../domain/control-plane-definition.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { isRecord } from '../../domain/parameters-schema.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { placeProblems, type ConnectorPlace } from './control-plane-rules.ts'
import { parseDefinitions } from '../services/parse-definitions.ts'
import type { Transaction } from '../ports/database.ts'
import { DefinitionFilesError, type DefinitionFolder } from '../ports/definition-files.ts'
import { forgetRegistration, scheduleRegistration } from './own-data-plane.ts'
import { controlPlaneOf, hasLivingFlows, updateControlPlane } from './save-control-plane.ts'
import { sayFarewell } from './unregister-data-plane.ts'

/**
 * Makes the control planes what `*.control-plane.yaml` say: at start and on SIGHUP. One whose file is gone is removed;
 * while it has living flows it stays, out of the file's hands. Throws `DefinitionFilesError` with all problems of all
 * files, and then changes nothing.
 */
export async function loadControlPlaneFiles(
  app: Application,
  folder: DefinitionFolder,
  place: ConnectorPlace,
): Promise<void> {
  const definitions = await readControlPlaneFiles(folder)
  const next = await sealAll(app, definitions)
  for (const one of await vanished(app.database.read, next)) await sayFarewell(app, one)
  await app.database.transaction(async (tx) => {
    const previous = await tx.controlPlanes.list({})
    await removeVanished(tx, next)
    refuseTogether(next, await tx.controlPlanes.list({}), place)
    for (const one of next) await saveFromFile(app, tx, previous, one)
  })
  app.log.info({ controlPlanes: next.length }, 'control planes were read from files')
}

/** The definitions of a folder with their secrets. Throws `DefinitionFilesError` with all problems of all files. */
export async function readControlPlaneFiles(
  folder: DefinitionFolder,
): Promise<readonly ControlPlaneDefinition[]> {
  const files = await folder.read('.control-plane.yaml')
  return parseDefinitions(files, async (value) =>
    parseControlPlane(await withSecrets(folder, value)),
  )
}

/** Throws `DefinitionFilesError` with what is wrong in any of them. */
async function sealAll(app: Application, definitions: readonly ControlPlaneDefinition[]) {
  const sealed = await Promise.allSettled(definitions.map((given) => sealFromFile(app, given)))
  const problems = sealed.flatMap((one, index) => {
    if (one.status === 'fulfilled') return []
    if (!(one.reason instanceof ProblemError)) throw one.reason
    const id = definitions[index]?.id ?? ''
    return one.reason.errors.map(
      ({ pointer, detail }) => `control plane ${id}: ${pointer} ${detail}.`,
    )
  })
  if (problems.length > 0) throw new DefinitionFilesError(problems)
  return sealed.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

async function sealFromFile(app: Application, given: ControlPlaneDefinition) {
  const previous = await app.database.read.controlPlanes.get({ id: given.id })
  const fromFile = previous?.managedBy === 'file' ? previous : undefined
  const sealed = await controlPlaneOf(app, given, fromFile, 'file')
  return { ...sealed, createdAt: previous?.createdAt ?? sealed.createdAt }
}

async function saveFromFile(
  app: Application,
  tx: Transaction,
  previous: readonly ControlPlane[],
  next: ControlPlane,
): Promise<void> {
  const known = previous.find(({ id }) => id === next.id)
  if (known !== undefined) return updateControlPlane(app, tx, known, next)
  await tx.controlPlanes.insert(next)
  await scheduleRegistration(app, tx, next)
}

/** Control planes of files that are gone. */
async function vanished(
  { controlPlanes }: Pick<Transaction, 'controlPlanes'>,
  next: readonly ControlPlane[],
): Promise<readonly ControlPlane[]> {
  const fromFiles = await controlPlanes.list({ where: { managedBy: 'file' } })
  return fromFiles.filter(({ id }) => !next.some((one) => one.id === id))
}

async function removeVanished(tx: Transaction, next: readonly ControlPlane[]): Promise<void> {
  for (const { id } of await vanished(tx, next)) {
    if (await hasLivingFlows(tx, id)) {
      await tx.controlPlanes.update({ id }, { managedBy: 'api' })
      continue
    }
    await tx.exchanges.deleteWhere({ controlPlaneId: id })
    await tx.controlPlanes.delete({ id })
    await forgetRegistration(tx, id)
  }
}

function refuseTogether(
  next: readonly ControlPlane[],
  stored: readonly ControlPlane[],
  place: ConnectorPlace,
): void {
  const kept = stored.filter(({ id }) => !next.some((one) => one.id === id))
  const problems = next.flatMap((one) => {
    const others = [...kept, ...next.filter((other) => other !== one)]
    return placeProblems(one, others, place).map(
      ({ pointer, detail }) => `control plane ${one.id}: ${pointer} ${detail}.`,
    )
  })
  if (problems.length > 0) throw new DefinitionFilesError(problems)
}

/** Which fields of a file name another file with the secret. */
const secretFiles = [
  ['inbound', 'keyFile', 'key'],
  ['inbound', 'secretFile', 'secret'],
  ['callbacks', 'keyFile', 'key'],
  ['callbacks', 'clientSecretFile', 'clientSecret'],
  ['management', 'keyFile', 'key'],
  ['identity', 'keyFile', 'key'],
] as const

/** The definition with the contents of the files that it names. */
async function withSecrets(folder: DefinitionFolder, value: unknown): Promise<unknown> {
  if (!isRecord(value)) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [section, fileField, field] of secretFiles) {
    const part = filled[section]
    const path = isRecord(part) ? part[fileField] : undefined
    if (!isRecord(part) || typeof path !== 'string') continue
    const text = await readSecret(folder, path, `/${section}/${fileField}`)
    const kept = Object.entries(part).filter(([name]) => name !== fileField)
    filled[section] = { ...Object.fromEntries(kept), [field]: text }
  }
  return filled
}

async function readSecret(folder: DefinitionFolder, path: string, pointer: string) {
  try {
    return await folder.readSecret(path)
  } catch {
    const errors = [{ pointer, code: 'file', detail: 'names a file that cannot be read' }]
    throw new ProblemError('invalid-request', 'A secret cannot be read.', { errors })
  }
}
