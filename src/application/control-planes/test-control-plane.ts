import type { ConnectorCheck } from '../../domain/connector-check.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { registrationFacts } from '../../domain/data-plane-registration.ts'
import type { Application } from '../application.ts'
import { callbackCredential } from './callback-credential.ts'
import { ownDataPlane } from './own-data-plane.ts'
import { probe, type Headers } from './probe-connector.ts'
import { readControlPlane } from './save-control-plane.ts'

export interface ControlPlaneCheck {
  readonly name: string
  readonly ok: boolean
  /** One sentence, without secrets. */
  readonly detail: string
  readonly durationMs: number
}

/** Tries the configured addresses and says what came back, one line a check. Nothing is changed over there. */
export async function testControlPlane(
  app: Application,
  id: string,
  signal: AbortSignal,
): Promise<readonly ControlPlaneCheck[]> {
  const controlPlane = await readControlPlane(app.database.read, id)
  const checks: ControlPlaneCheck[] = []
  const { callbackUrl, managementUrl } = controlPlane
  if (callbackUrl === null) {
    const detail = 'no address is configured: states are not told'
    checks.push({ name: 'callbacks', ok: false, detail, durationMs: 0 })
  } else {
    const credential = await callbackCredential(app, controlPlane, signal)
    checks.push(...credential.checks.map(asLine))
    const request = { url: callbackUrl, headers: credential.headers ?? {} }
    checks.push(await reach(app, 'callbacks', controlPlane, request, signal))
  }
  if (managementUrl !== null) {
    const headers = await measured('management key', () => managementHeaders(app, controlPlane))
    checks.push(...headers.checks)
    // A path that EDC does not have is 404 whatever the key.
    const request = { url: `${managementUrl}/dataplanes`, headers: headers.value ?? {} }
    checks.push(await reach(app, 'management', controlPlane, request, signal))
  }
  if (controlPlane.register) checks.push(...(await registration(app, controlPlane, signal)))
  return checks
}

/** Whether the connector lists us, at the right address and with our transfer types. */
async function registration(
  app: Application,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<readonly ControlPlaneCheck[]> {
  const wish = await ownDataPlane(app, controlPlane)
  if (wish === undefined) return []
  const since = performance.now()
  const listed = await app.registry.list(controlPlane, signal)
  const durationMs = Math.round(performance.now() - since)
  if (listed.kind === 'failed')
    return [{ name: 'registered URL', ok: false, detail: listed.detail, durationMs }]
  return registrationFacts(listed.value, wish).map(({ name, ok, detail, remedy }) => ({
    name,
    ok,
    detail: remedy === null ? detail : `${detail}. ${remedy}`,
    durationMs,
  }))
}

const place = (id: string, column: string) => ({ table: 'control_planes', id, column })

const asLine = ({ name, result, detail, remedy }: ConnectorCheck): ControlPlaneCheck => ({
  name,
  ok: result !== 'fail',
  detail: remedy === null ? detail : `${detail}. ${remedy}`,
  durationMs: 0,
})

/** Throws when the kept secret does not open. */
export async function managementHeaders(
  app: Application,
  { id, sealedManagementKey }: ControlPlane,
) {
  if (sealedManagementKey === null) return {}
  const key = await app.secrets.open(place(id, 'sealed_management_key'), sealedManagementKey)
  return { 'X-Api-Key': key }
}

/** Whether a kept secret still opens; says nothing when it does. */
async function measured(name: string, open: () => Promise<Headers>) {
  try {
    return { value: await open(), checks: [] }
  } catch {
    const detail = 'the kept secret does not open with DSC_SECRET_KEY: give it again'
    return { value: undefined, checks: [{ name, ok: false, detail, durationMs: 0 }] }
  }
}

/** Any answer but a refusal of the credential, or a server's own error, shows that the address is reached. */
async function reach(
  app: Application,
  name: string,
  controlPlane: ControlPlane,
  request: { readonly url: string; readonly headers: Headers },
  signal: AbortSignal,
): Promise<ControlPlaneCheck> {
  const since = performance.now()
  const probed = await probe(app, controlPlane, request, signal)
  const durationMs = Math.round(performance.now() - since)
  if (probed.kind === 'silent') return { name, ok: false, detail: probed.detail, durationMs }
  const { status } = probed
  const refused = status === 401 || status === 403
  const detail = `answers ${status}${refused ? ': the key is refused' : ''}`
  return { name, ok: !refused && status < 500, detail, durationMs }
}
