import { lookup as lookUpName } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { FailureError } from '../../domain/failure.ts'
import { canonicalAddress, mayConnect, type AllowList } from '../../domain/address-filter.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** Asks name servers for every address of a name. */
export type NameLookup = (host: string) => Promise<readonly ResolvedAddress[]>

/** Where this service itself, its database or its cluster listens. */
export interface OwnListener {
  /** An address, a name, or `0.0.0.0` or `::` for every local address. */
  readonly host: string
  readonly port: number
  /** The embedded store: reachable for S3 sources, which bring their own keys, and for nothing else. */
  readonly store?: boolean
}

export interface GuardSettings {
  readonly allow: AllowList
  readonly ownListeners: () => readonly OwnListener[]
  readonly lookup?: NameLookup
}

export interface Target {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** An S3 source with keys of its own. */
  readonly s3: boolean
}

export const addressRefused = () =>
  new FailureError('address-refused', 'The address is not a public https address.')

/**
 * The addresses that may be connected to, in the order of the look-up. Throws `address-refused` when any of
 * them is not allowed: an answer that mixes public and private addresses is an attack.
 */
export async function resolveAllowed(
  settings: GuardSettings,
  target: Target,
): Promise<readonly [ResolvedAddress, ...ResolvedAddress[]]> {
  const [first, ...rest] = await addressesOf(settings, target.host)
  if (first === undefined) throw new Error('The name has no address.')
  for (const { address } of [first, ...rest]) {
    if (!mayConnect(settings.allow, target, address)) throw addressRefused()
    if (await isOwnListener(settings, target, address)) throw addressRefused()
  }
  return [first, ...rest]
}

const systemLookup: NameLookup = (host) => lookUpName(host, { all: true, order: 'verbatim' })

async function addressesOf(settings: GuardSettings, host: string) {
  const literal = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(literal)
  if (family !== 0) return [{ address: literal, family }]
  return (settings.lookup ?? systemLookup)(host)
}

async function isOwnListener(settings: GuardSettings, target: Target, address: string) {
  const canonical = canonicalAddress(address)
  for (const listener of settings.ownListeners()) {
    if (listener.port !== target.port || (target.s3 && listener.store === true)) continue
    if (await listensAt(settings, listener.host, canonical)) return true
  }
  return false
}

/** A listener whose name cannot be resolved could be anywhere: it counts. */
async function listensAt(settings: GuardSettings, host: string, canonical: string) {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (bare === '0.0.0.0' || bare === '::' || bare === '') return isLocalAddress(canonical)
  if (isIP(bare) !== 0) return canonicalAddress(bare) === canonical
  try {
    const found = await (settings.lookup ?? systemLookup)(bare)
    return found.some(({ address }) => canonicalAddress(address) === canonical)
  } catch {
    return true
  }
}

function isLocalAddress(canonical: string): boolean {
  if (canonical.startsWith('127.') || canonical === '::1') return true
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return own.some(({ address }) => canonicalAddress(address) === canonical)
}
