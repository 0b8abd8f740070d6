/**
 * Where the DID document of a `did:web` is (W3C CCG did:web): https, or http for hosts that the operator named.
 * Undefined when it is not a `did:web`.
 */
export function didDocumentUrl(did: string, httpHosts: readonly string[]): string | undefined {
  const match = /^did:web:([^:/?#]+)((?::[^:/?#]+)*)$/.exec(did)
  if (match === null) return undefined
  const [, encodedHost = '', path = ''] = match
  const host = decodeURIComponent(encodedHost)
  const segments = path.split(':').slice(1).map(decodeURIComponent)
  const url = `https://${host}/${segments.length === 0 ? '.well-known' : segments.map(encodeURIComponent).join('/')}/did.json`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  return httpHosts.includes(hostname) || httpHosts.includes(host)
    ? url.replace(/^https/, 'http')
    : url
}
