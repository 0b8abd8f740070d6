import type { ControlPlane } from '../../domain/control-plane.ts'
import { registrationFacts } from '../../domain/data-plane-registration.ts'
import { FailureError } from '../../domain/failure.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { ownDataPlane } from './own-data-plane.ts'
import { readControlPlane } from './save-control-plane.ts'

export interface ControlPlaneCheck {
  readonly name: string
  readonly ok: boolean
  /** One sentence, without secrets. */
  readonly detail: string
  readonly durationMs: number
}

const timeoutMs = 5000

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
    const headers = await measured('callback credential', () => callbackHeaders(app, controlPlane))
    checks.push(...headers.checks)
    checks.push(await reach(app, 'callbacks', callbackUrl, headers.value ?? {}, signal))
  }
  if (managementUrl !== null) {
    const headers = await measured('management key', () => managementHeaders(app, controlPlane))
    checks.push(...headers.checks)
    checks.push(await reach(app, 'management', managementUrl, headers.value ?? {}, signal))
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

type Headers = Readonly<Record<string, string>>

const place = (id: string, column: string) => ({ table: 'control_planes', id, column })

async function callbackHeaders(app: Application, { id, callbackAuthentication }: ControlPlane) {
  if (callbackAuthentication.type !== 'api-key') return {}
  const { header, sealedKey } = callbackAuthentication
  return { [header]: await app.secrets.open(place(id, 'callback_authentication'), sealedKey) }
}

async function managementHeaders(app: Application, { id, sealedManagementKey }: ControlPlane) {
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
  url: string,
  headers: Headers,
  signal: AbortSignal,
): Promise<ControlPlaneCheck> {
  const since = performance.now()
  const result = (ok: boolean, detail: string): ControlPlaneCheck => ({
    name,
    ok,
    detail,
    durationMs: Math.round(performance.now() - since),
  })
  try {
    const request = { method: 'GET', url, headers, trust: 'operator', timeoutMs } as const
    const { status } = await app.outbound.send({ ...request, maxResponseBytes: 1024 }, signal)
    if (status === 401 || status === 403)
      return result(false, `answers ${status}: the key is refused`)
    if (status >= 500) return result(false, `answers ${status}`)
    return result(true, `answers ${status}`)
  } catch (error) {
    if (error instanceof FailureError) return result(false, error.failure.message)
    if (error instanceof ProblemError) return result(false, error.detail)
    throw error
  }
}
