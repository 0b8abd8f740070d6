import type { ControlPlane } from '../../domain/control-plane.ts'
import type { ProblemPart } from '../../domain/problem.ts'

/** Where the connector listener is: `none` is accepted only on loopback. */
export interface ConnectorPlace {
  readonly onLoopback: boolean
}

/** What is wrong with a control plane beside the others. */
export function placeProblems(
  next: ControlPlane,
  others: readonly ControlPlane[],
  place: ConnectorPlace,
): readonly ProblemPart[] {
  const problem = (pointer: string, code: string, detail: string) => [{ pointer, code, detail }]
  if (next.inbound.type === 'none') {
    if (!place.onLoopback) {
      return problem(
        '/inbound/type',
        'not-allowed',
        'none is accepted only while the connector listener is on loopback',
      )
    }
    return others.length === 0
      ? []
      : problem('/inbound/type', 'not-allowed', 'none is accepted only for a single control plane')
  }
  const open = others.find(({ inbound }) => inbound.type === 'none')
  if (open !== undefined) {
    return problem('/id', 'not-allowed', `${open.id} has inbound none and must be the only one`)
  }
  const { inbound } = next
  if (inbound.type === 'oauth2') {
    return others.some((other) => takesSameTokens(next, other))
      ? problem('/inbound/subject', 'unique', 'is needed: another control plane takes these tokens')
      : []
  }
  const same = others.some(
    (other) =>
      'secretSha256' in other.inbound && other.inbound.secretSha256 === inbound.secretSha256,
  )
  const field = inbound.type === 'api-key' ? 'key' : 'secret'
  return same
    ? problem(`/inbound/${field}`, 'unique', 'is the secret of another control plane')
    : []
}

/** A token must be one control plane's. Those of other protocols are told apart by the paths that they call. */
function takesSameTokens(one: ControlPlane, other: ControlPlane): boolean {
  const [a, b] = [one.inbound, other.inbound]
  if (a.type !== 'oauth2' || b.type !== 'oauth2' || one.protocol !== other.protocol) return false
  const sameSubject = a.subject === b.subject || a.subject === undefined || b.subject === undefined
  return a.issuer === b.issuer && a.audience === b.audience && sameSubject
}
