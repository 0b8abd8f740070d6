import type { DataAddress } from './data-address.ts'

export const edcNamespace = 'https://w3id.org/edc/v0.0.1/ns/'
const tractusxNamespace = 'https://w3id.org/tractusx/auth/'
const httpEndpointType = 'https://w3id.org/idsa/v4.1/HTTP'

/** The context of every answer in EDC's signaling before Data Plane Signaling. */
export const edcContext = {
  '@vocab': edcNamespace,
  dspace: 'https://w3id.org/dspace/v0.8/',
}

/** What clients of Tractus-X look for under names of their own. */
const tractusxNames = ['refreshToken', 'refreshEndpoint', 'expiresIn']

/**
 * An address of ours in the `dspace:` form, the only one that EDC before 0.18 takes in an answer. Properties have EDC's
 * names, and renewal those of Tractus-X as well; `refreshAudience` is who renews.
 */
export function edcAddress({ endpoint, endpointProperties }: DataAddress, refreshAudience: string) {
  const own = endpointProperties.map(({ name, value }) => [name, value] as const)
  const property = (name: string, value: string) => ({
    '@type': 'dspace:EndpointProperty' as const,
    'dspace:name': name,
    'dspace:value': value,
  })
  const tractusx = own.filter(([name]) => tractusxNames.includes(name))
  return {
    '@type': 'dspace:DataAddress' as const,
    'dspace:endpointType': httpEndpointType,
    'dspace:endpointProperties': [
      property(`${edcNamespace}endpoint`, endpoint),
      property(`${edcNamespace}endpointType`, httpEndpointType),
      ...own.map(([name, value]) => property(`${edcNamespace}${name}`, value)),
      ...tractusx.map(([name, value]) => property(`${tractusxNamespace}${name}`, value)),
      property(`${tractusxNamespace}refreshAudience`, refreshAudience),
    ],
  }
}

/** Where a third party's data plane pushes to, as the properties of an `HttpData` address that EDC keeps as they are. */
export function edcSinkProperties(url: string, token: string): Readonly<Record<string, string>> {
  return {
    [`${edcNamespace}type`]: 'HttpData',
    [`${edcNamespace}baseUrl`]: url,
    [`${edcNamespace}authKey`]: 'Authorization',
    [`${edcNamespace}authCode`]: `Bearer ${token}`,
  }
}
