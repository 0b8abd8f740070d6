/** One thing that was looked at, between a connector and us. */
export interface ConnectorCheck {
  readonly name: string
  /** `warn`: it cannot be told, or may be meant so. */
  readonly result: 'ok' | 'warn' | 'fail'
  /** One sentence, without secrets. */
  readonly detail: string
  /** What to do; null: nothing. */
  readonly remedy: string | null
}

const ok = (name: string, detail: string): ConnectorCheck => {
  return { name, result: 'ok', detail, remedy: null }
}

/** An answer to a question, or none. */
export type Probed =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'silent'; readonly detail: string }

const isRefused = (status: number) => status === 401 || status === 403

/** Whether an address is reached at all. */
export function reachedCheck(name: string, setting: string, probed: Probed): ConnectorCheck {
  if (probed.kind === 'silent') {
    const remedy = `See that ${setting} is right, that the connector runs, and that this host may reach it.`
    return { name, result: 'fail', detail: probed.detail, remedy }
  }
  const { status } = probed
  if (status < 500) return ok(name, `answers ${status}`)
  return { name, result: 'fail', detail: `answers ${status}`, remedy: 'See the connector’s log.' }
}

/** Whether a credential is taken; nothing where there was no answer to tell. */
export function keyCheck(
  name: string,
  setting: string,
  probed: Probed | undefined,
): readonly ConnectorCheck[] {
  if (probed?.kind !== 'answered' || probed.status >= 500) return []
  if (!isRefused(probed.status)) return [ok(name, 'taken')]
  const remedy = `Give the key that the connector has (EDC: web.http.management.auth.key) in ${setting}.`
  return [{ name, result: 'fail', detail: `refused with ${probed.status}`, remedy }]
}

/** What the address of a management API is made of. */
export function splitManagementUrl(url: string): {
  readonly base: string
  readonly version: string | null
} {
  const [, base = url, version = null] = /^(.*?)\/(v\d+[a-z]*)$/.exec(url) ?? []
  return { base, version }
}

/** Versions that are looked for, beside the one that is configured. EDC 0.15: v3 and v4beta; from 0.16 on also v4. */
export const managementVersions: readonly string[] = ['v3', 'v4', 'v4beta']

/** A path that a connector does not have is 404, also for a wrong key; what it has wants the key. */
const isThere = (probed: Probed) =>
  probed.kind === 'answered' && probed.status !== 404 && probed.status < 500

/** Which versions of the management API there are, and whether the configured one is among them. */
export function versionCheck(
  managementUrl: string,
  answers: ReadonlyMap<string, Probed>,
): ConnectorCheck {
  const name = 'API version'
  const { base, version } = splitManagementUrl(managementUrl)
  const there = [...answers].filter(([, probed]) => isThere(probed)).map(([one]) => one)
  const others = there.filter((one) => one !== version)
  if (version !== null && there.includes(version)) {
    const also = others.length === 0 ? '' : `; ${others.join(', ')} too`
    return ok(name, `${version} answers${also}`)
  }
  const [first] = others
  if (first === undefined) {
    const detail = 'no version of the management API answers below this address'
    const remedy =
      'Give the management context with its version, as http://connector:8181/management/v3.'
    return { name, result: 'fail', detail, remedy }
  }
  const what = version === null ? 'management.url names no version' : `${version} is not there`
  const detail = `${what}, but ${others.join(', ')}`
  return { name, result: 'fail', detail, remedy: `Set management.url to ${base}/${first}.` }
}

export interface CallbackFacts {
  /** The older signaling looks at us by itself. */
  readonly looksByItself: boolean
  /** Of our entry, as the connector lists it; null: not told. */
  readonly state: string | null
  /** The last message that came from this control plane. */
  readonly lastMessageAt: Date | null
  /** Before we registered. */
  readonly since: Date
  readonly waitedMs: number
  /** The address that the connector has of us, without its secret. */
  readonly url: string
  readonly connectorUrl: string
  /** An address of the connector. */
  readonly otherUrl: string | null
}

/** Whether the connector reaches us, as far as that can be told from here. */
export function callbackCheck(facts: CallbackFacts): ConnectorCheck {
  const name = 'callback'
  const { state, lastMessageAt, since, looksByItself } = facts
  if (lastMessageAt !== null && lastMessageAt >= since)
    return ok(name, `the connector called ${facts.url}`)
  if (looksByItself && state === 'AVAILABLE')
    return ok(name, `the connector has us as AVAILABLE: it reached ${facts.url}/check`)
  if (isLoopback(facts.connectorUrl) && !isLoopback(facts.otherUrl ?? facts.connectorUrl)) {
    const detail = `our address is ${facts.connectorUrl}, which the connector cannot reach from another host`
    const remedy = 'Set DSC_CONNECTOR_URL to the address under which the connector reaches us.'
    return { name, result: 'fail', detail, remedy }
  }
  if (looksByItself) {
    const seconds = Math.round(facts.waitedMs / 1000)
    return {
      name,
      result: 'fail',
      detail: `the connector has us as ${state ?? 'unknown'} and made no call within ${seconds} s`,
      remedy:
        `From the connector’s host ${facts.url}/check must answer 204; it is made of DSC_CONNECTOR_URL. ` +
        'EDC looks again every edc.data.plane.selector.state-machine.check.period seconds (60 unless set).',
    }
  }
  if (lastMessageAt !== null)
    return ok(name, `the connector’s last message came at ${lastMessageAt.toISOString()}`)
  return {
    name,
    result: 'warn',
    detail: 'cannot be told: with this protocol a connector calls only when a transfer begins',
    remedy: `Begin a transfer; its messages are then in the list of exchanges. Or call ${facts.url} from the connector’s host.`,
  }
}

const isLoopback = (url: string) =>
  URL.canParse(url) && /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)

/** The two sides of an agreement, by participant ids. */
export interface AgreementSides {
  readonly consumerId: string
  readonly providerId: string
}

/** Whether the connector is the participant that its control plane stands for: its agreements tell. */
export function participantCheck(
  participantContextId: string,
  agreements: readonly AgreementSides[] | undefined,
): ConnectorCheck {
  const name = 'participant'
  const [first, ...others] = agreements ?? []
  if (first === undefined) {
    const why =
      agreements === undefined
        ? 'the management API does not tell'
        : 'cannot be told before the connector has an agreement'
    const detail = `${why}; configured is ${participantContextId}`
    return { name, result: 'warn', detail, remedy: 'Connect again when there is an agreement.' }
  }
  const mine = [...new Set([first.providerId, first.consumerId])].filter((id) =>
    others.every(({ consumerId, providerId }) => id === consumerId || id === providerId),
  )
  if (mine.includes(participantContextId)) return ok(name, participantContextId)
  return {
    name,
    result: 'warn',
    detail: `the connector is ${mine.join(' or ') || 'several participants'}; configured is ${participantContextId}`,
    remedy:
      'Agreements are told apart within participantContextId: set it to the participant, unless it is meant so.',
  }
}
