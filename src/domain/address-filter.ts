import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** What the operator lets consumers and messages name beside public https (`DSC_EGRESS_ALLOW`). */
export interface AllowList {
  readonly networks: readonly {
    readonly network: [Address, number]
    readonly port: number | null
  }[]
  readonly hosts: readonly { readonly host: string; readonly port: number | null }[]
}

/** Special addresses of clouds inside ranges that are otherwise public. */
const metadataAddresses = new Set(['168.63.129.16'])
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]

/**
 * Whether an IP address in text is one of the public internet: not loopback, private, link-local, shared,
 * multicast, unspecified, documentation, metadata or reserved, and no IPv6 form that carries an IPv4 address.
 * Anything that is no IP address is not public.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast' || metadataAddresses.has(address.toString())) return false
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

/** One spelling for an address: IPv4 in IPv6 becomes IPv4, "any address" becomes loopback, as systems connect. */
export function canonicalAddress(text: string): string {
  if (!ipaddr.isValid(text)) return text.toLowerCase()
  const address = ipaddr.process(text)
  if (address.range() !== 'unspecified') return address.toString()
  return address instanceof ipaddr.IPv4 ? '127.0.0.1' : '::1'
}

/** Reads networks (CIDR), addresses, hosts, each with or without a port. Throws RangeError naming a bad entry. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const networks: AllowList['networks'][number][] = []
  const hosts: AllowList['hosts'][number][] = []
  for (const entry of entries.map((text) => text.trim().toLowerCase()).filter(Boolean)) {
    const { host, port } = splitPort(entry)
    const network = networkOf(host)
    if (network !== null) networks.push({ network, port })
    else if (hostPattern.test(host)) hosts.push({ host, port })
    else throw new RangeError(`not a network, address or host: ${entry}`)
  }
  return { networks, hosts }
}

const hostPattern = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/

function splitPort(entry: string): { host: string; port: number | null } {
  if (ipaddr.isValid(entry)) return { host: entry, port: null }
  const match = /^\[(.+)\](?::(\d{1,5}))?$/.exec(entry) ?? /^([^:]+):(\d{1,5})$/.exec(entry)
  if (match?.[1] === undefined) return { host: entry, port: null }
  return { host: match[1], port: match[2] === undefined ? null : Number(match[2]) }
}

function networkOf(text: string): [Address, number] | null {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return null
  const address = ipaddr.parse(text)
  return [address, address instanceof ipaddr.IPv4 ? 32 : 128]
}

/** Whether the list names this address, on this port. An IPv4 address in IPv6 form counts as itself. */
export function allowsAddress(list: AllowList, text: string, port: number): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  return list.networks.some(
    (entry) =>
      (entry.port === null || entry.port === port) &&
      entry.network[0].kind() === address.kind() &&
      address.match(entry.network),
  )
}

export function allowsHost(list: AllowList, host: string, port: number): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return list.hosts.some(
    (entry) => entry.host === name && (entry.port === null || entry.port === port),
  )
}

/**
 * Whether a connection to `host` at `address` may be made: public addresses over TLS only, anything else only
 * when the list names it.
 */
export function mayConnect(
  list: AllowList,
  target: { readonly host: string; readonly port: number; readonly secure: boolean },
  address: string,
): boolean {
  if (target.secure && isPublicAddress(address)) return true
  return allowsHost(list, target.host, target.port) || allowsAddress(list, address, target.port)
}
