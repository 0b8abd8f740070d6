import {
  callbackCheck,
  keyCheck,
  participantCheck,
  reachedCheck,
  splitManagementUrl,
  versionCheck,
  type ConnectorCheck,
} from '../../domain/connector-check.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import {
  registrationFacts,
  shownUrl,
  type DataPlaneWish,
} from '../../domain/data-plane-registration.ts'
import type { Application } from '../application.ts'
import { callbackCredential } from './callback-credential.ts'
import { awaitLook, registerNow } from './connect-registration.ts'
import { ownDataPlane } from './own-data-plane.ts'
import { probe, probeAgreements, probeVersions, type Headers } from './probe-connector.ts'
import { readControlPlane } from './save-control-plane.ts'
import { managementHeaders } from './test-control-plane.ts'

export interface TimedCheck extends ConnectorCheck {
  readonly durationMs: number
}

/**
 * Registers ourselves at a control plane, whether it wants that by itself or not, and looks at every step of the round
 * trip. What is wrong over there is a check that fails; an entry with another address is never taken over.
 * Throws `not-found`.
 */
export async function connectControlPlane(
  app: Application,
  id: string,
  signal: AbortSignal,
): Promise<readonly TimedCheck[]> {
  const controlPlane = await readControlPlane(app.database.read, id)
  const since = app.now()
  const checks: TimedCheck[] = []
  const step = async (run: () => Promise<readonly ConnectorCheck[]>) => {
    const begun = performance.now()
    const found = await run()
    const durationMs = Math.round(performance.now() - begun)
    checks.push(...found.map((check) => ({ ...check, durationMs })))
    return found.every(({ result }) => result !== 'fail')
  }
  const control = await step(() => lookAtCallbacks(app, controlPlane, signal))
  const management = await step(() => lookAtManagement(app, controlPlane, signal))
  const wish = await ownDataPlane(app, controlPlane)
  const reachable = controlPlane.protocol === 'edc-signaling' ? control : management
  if (wish !== undefined && reachable) {
    await step(() => register(app, controlPlane, wish, signal))
    await step(() => lookAtCalls(app, controlPlane, { wish, since }, signal))
  }
  if (management) await step(() => lookAtParticipant(app, controlPlane, signal))
  return checks
}

async function lookAtCallbacks(
  app: Application,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<readonly ConnectorCheck[]> {
  const { callbackUrl, protocol } = controlPlane
  const older = protocol === 'edc-signaling'
  const name = older ? 'control API' : 'callbacks'
  if (callbackUrl === null) {
    const detail = 'no address is configured: states are not told'
    const remedy = older
      ? 'Set callbacks.url to the control API, as http://connector:9191/api/control.'
      : 'Set callbacks.url to the signaling context, as http://connector:8182/api/signaling.'
    return [{ name, result: protocol === 'provisioner' ? 'warn' : 'fail', detail, remedy }]
  }
  const { headers, checks } = await callbackCredential(app, controlPlane, signal)
  if (headers === undefined) return checks
  const url = older ? `${callbackUrl}/v1/dataplanes` : callbackUrl
  const probed = await probe(app, controlPlane, { url, headers }, signal)
  const reached = reachedCheck(name, 'callbacks.url', probed)
  if (older && probed.kind === 'answered' && probed.status === 404) {
    const detail = 'answers 404: this is not the control API'
    const remedy = 'Set callbacks.url to the control API, as http://connector:9191/api/control.'
    return [...checks, { name, result: 'fail', detail, remedy }]
  }
  // The signaling context knows callers by their transfers: a refusal tells nothing there.
  const key = older ? keyCheck('callback credential', 'callbacks', probed) : []
  return [...checks, reached, ...key.filter(({ result }) => result === 'fail')]
}

async function lookAtManagement(
  app: Application,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<readonly ConnectorCheck[]> {
  const { managementUrl, protocol } = controlPlane
  const name = 'management API'
  if (managementUrl === null) {
    const needed = protocol !== 'edc-signaling'
    const detail = 'none is configured: states, agreements and versions cannot be asked'
    const remedy = 'Set management: { url, keyFile }, as http://connector:8181/management/v3.'
    return [{ name, result: needed ? 'fail' : 'warn', detail, remedy }]
  }
  const headers = await opened(() => managementHeaders(app, controlPlane))
  if (headers === undefined) return [unopened]
  const answers = await probeVersions(app, { ...controlPlane, managementUrl }, headers, signal)
  const version = versionCheck(managementUrl, answers)
  const { version: wanted } = splitManagementUrl(managementUrl)
  const isThere = version.result === 'ok' && wanted !== null
  const answering = [...answers.values()].filter(
    (one) => one.kind === 'answered' && one.status !== 404,
  )
  const told = (isThere ? answers.get(wanted) : answering[0]) ?? [...answers.values()][0]
  if (told === undefined) return [version]
  const reached = reachedCheck(name, 'management.url', told)
  if (reached.result === 'fail') return [reached]
  const key = answering.length === 0 ? [] : keyCheck('management key', 'management.key', told)
  return [reached, ...key, version]
}

async function register(
  app: Application,
  controlPlane: ControlPlane,
  wish: DataPlaneWish,
  signal: AbortSignal,
): Promise<readonly ConnectorCheck[]> {
  const { check, entries } = await registerNow(app, controlPlane, wish, signal)
  if (entries === undefined) return [check]
  const facts = registrationFacts(entries, wish).filter(({ name }) => name !== 'availability')
  return [
    check,
    ...facts.map(({ name, ok, detail, remedy }): ConnectorCheck => {
      return { name, result: ok ? 'ok' : 'fail', detail, remedy }
    }),
  ]
}

async function lookAtCalls(
  app: Application,
  controlPlane: ControlPlane,
  { wish, since }: { readonly wish: DataPlaneWish; readonly since: Date },
  signal: AbortSignal,
): Promise<readonly ConnectorCheck[]> {
  const looksByItself = controlPlane.protocol === 'edc-signaling'
  const seen = await awaitLook(app, controlPlane, { wish, since, looksByItself }, signal)
  const check = callbackCheck({
    ...seen,
    looksByItself,
    since,
    url: shownUrl(wish.url),
    connectorUrl: app.settings.connectorUrl,
    otherUrl: controlPlane.callbackUrl ?? controlPlane.managementUrl,
  })
  return [check]
}

async function lookAtParticipant(
  app: Application,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<readonly ConnectorCheck[]> {
  const { managementUrl, participantContextId } = controlPlane
  if (managementUrl === null) return []
  const headers = (await opened(() => managementHeaders(app, controlPlane))) ?? {}
  const asked = { ...controlPlane, managementUrl }
  const agreements = await probeAgreements(app, asked, headers, signal)
  return [participantCheck(participantContextId, agreements)]
}

async function opened(open: () => Promise<Headers>): Promise<Headers | undefined> {
  try {
    return await open()
  } catch {
    return undefined
  }
}

const unopened: ConnectorCheck = {
  name: 'management key',
  result: 'fail',
  detail: 'the kept secret does not open with DSC_SECRET_KEY',
  remedy: 'Give it again in management.',
}
