import { offeredTransferTypes } from './data-address.ts'
import type { SignalingProtocol } from './control-plane.ts'

/** A data plane as a connector lists it. */
export interface DataPlaneEntry {
  readonly id: string
  readonly url: string
  readonly transferTypes: readonly string[]
  /** REGISTERED, AVAILABLE, UNREGISTERED …; null: not told. */
  readonly state: string | null
}

/** Ourselves, as a connector is to list us. */
export interface DataPlaneWish {
  readonly id: string
  /** What the connector calls; it may contain the path secret. */
  readonly url: string
  readonly sourceTypes: readonly string[]
  readonly transferTypes: readonly string[]
  readonly destinationTypes: readonly string[]
}

/** Where messages of a protocol come to, below the connector listener's address; null: it has no data planes. */
const flowsPath: Readonly<Record<SignalingProtocol, string | null>> = {
  dps: '/signaling/v1/dataflows',
  'edc-signaling': '/edc/v1/dataflows',
  provisioner: null,
}

/** What a control plane is to know of us. Undefined when its protocol has no data planes. */
export function dataPlaneWish(
  protocol: SignalingProtocol,
  given: {
    readonly installationId: string
    readonly connectorUrl: string
    /** Null: messages come without one. */
    readonly pathSecret: string | null
  },
): DataPlaneWish | undefined {
  const path = flowsPath[protocol]
  if (path === null) return undefined
  const door = given.pathSecret === null ? '' : `/k/${given.pathSecret}`
  return {
    id: `dataspace-compute-${given.installationId}`,
    url: `${withoutSlash(given.connectorUrl)}${door}${path}`,
    sourceTypes: ['ComputeService'],
    transferTypes: protocol === 'dps' ? offeredTransferTypes : ['HttpData-PULL', 'HttpData-PUSH'],
    destinationTypes: ['Workspace'],
  }
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
const sameUrl = (a: string, b: string) => withoutSlash(a) === withoutSlash(b)

/** An address as it may be shown: without the secret in its path, and without a query. */
export const shownUrl = (url: string) => url.replace(/\?.*$/s, '').replace(/\/k\/[^/]+/, '/k/…')

export type RegistrationDecision =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'register' }
  /** Somebody else's address stands under our id: it is never taken over. */
  | { readonly kind: 'foreign'; readonly url: string }

/**
 * Whether a connector lists us as it should. An entry that is right is left alone: EDC takes a repeated registration for a
 * new data plane, and does not use it before its next check. `isFormer` knows addresses that we registered ourselves.
 */
export function decideRegistration(
  entries: readonly DataPlaneEntry[],
  wish: DataPlaneWish,
  isFormer: (url: string) => boolean,
): RegistrationDecision {
  const mine = entries.find(({ id }) => id === wish.id)
  if (mine === undefined) return { kind: 'register' }
  if (!sameUrl(mine.url, wish.url)) {
    return isFormer(mine.url) ? { kind: 'register' } : { kind: 'foreign', url: mine.url }
  }
  const complete = missingTypes(mine, wish).length === 0 && mine.state !== 'UNREGISTERED'
  return { kind: complete ? 'confirmed' : 'register' }
}

const missingTypes = (entry: DataPlaneEntry, { transferTypes }: DataPlaneWish) =>
  transferTypes.filter((type) => !entry.transferTypes.includes(type))

/** Something that a connector's list says about us, and what to do when it is wrong. */
export interface RegistrationFact {
  readonly name: 'registered URL' | 'transfer types' | 'availability'
  readonly ok: boolean
  /** One sentence, without secrets. */
  readonly detail: string
  /** Null: nothing is to be done. */
  readonly remedy: string | null
}

/** What a connector's list says about us, also where somebody registered us by hand under another id. */
export function registrationFacts(
  entries: readonly DataPlaneEntry[],
  wish: DataPlaneWish,
): readonly RegistrationFact[] {
  const entry =
    entries.find(({ id }) => id === wish.id) ??
    entries.find(({ url }) => sameUrl(url, wish.url)) ??
    entries.find(({ url }) => isNear(url, wish.url))
  if (entry === undefined) {
    const detail = `the connector lists no data plane with the address ${shownUrl(wish.url)}`
    return [{ name: 'registered URL', ok: false, detail, remedy: registerIt(wish) }]
  }
  return [urlFact(entry, wish), typesFact(entry, wish), stateFact(entry)]
}

const registerIt = ({ url }: DataPlaneWish) =>
  `Set \`register: true\`, or register a data plane with the address ${shownUrl(url)}.`

const isDoubled = (url: string, wanted: string) => sameUrl(url, `${wanted}/dataflows`)
const isCutShort = (url: string, wanted: string) => sameUrl(`${url}/dataflows`, wanted)
const isNear = (url: string, wanted: string) => isDoubled(url, wanted) || isCutShort(url, wanted)

function urlFact(entry: DataPlaneEntry, wish: DataPlaneWish): RegistrationFact {
  const name = 'registered URL'
  const shown = shownUrl(entry.url)
  if (sameUrl(entry.url, wish.url)) return { name, ok: true, detail: shown, remedy: null }
  if (isDoubled(entry.url, wish.url)) {
    const detail = `${shown} has /dataflows twice: calls go to paths that are not there`
    return { name, ok: false, detail, remedy: registerIt(wish) }
  }
  if (isCutShort(entry.url, wish.url)) {
    const detail = `${shown} lacks /dataflows: the connector adds only what follows it`
    return { name, ok: false, detail, remedy: registerIt(wish) }
  }
  const detail = `the entry ${entry.id} has the address ${shown}, which is not ours`
  const remedy = `Remove the entry ${entry.id} at the connector, or find out whose it is.`
  return { name, ok: false, detail, remedy }
}

function typesFact(entry: DataPlaneEntry, wish: DataPlaneWish): RegistrationFact {
  const missing = missingTypes(entry, wish)
  const listed = entry.transferTypes.join(', ') || 'none'
  return missing.length === 0
    ? { name: 'transfer types', ok: true, detail: listed, remedy: null }
    : {
        name: 'transfer types',
        ok: false,
        detail: `${missing.join(', ')} not listed, only ${listed}`,
        remedy: 'Register the data plane again with these transfer types.',
      }
}

function stateFact({ state }: DataPlaneEntry): RegistrationFact {
  const name = 'availability'
  if (state === null || state === 'AVAILABLE')
    return { name, ok: true, detail: state ?? 'not told', remedy: null }
  return {
    name,
    ok: false,
    detail: `the connector has the data plane as ${state}`,
    remedy:
      'Wait for its next check, about a minute; then see whether it reaches the connector listener.',
  }
}
