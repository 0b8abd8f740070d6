import type { ControlPlane } from './control-plane.ts'
import type { ProvisionRequest } from './provision-request.ts'

/** Where the callbacks of a request go, and whose credential they carry. */
export interface ProvisionTarget {
  readonly url: string
  readonly credential: 'management' | 'callbacks'
}

/** The callbacks of the control-plane generation live beside the versions of the management API. */
const besideVersion = (managementUrl: string) =>
  `${managementUrl.replace(/\/v\d+[a-z]*$/, '')}/callback`

/**
 * The configured address that a request's callback address is, as URL and without a trailing slash: the management API's
 * own (control-plane generation), or that of `callbacks`. Undefined when it is none of them: the message chooses nothing.
 */
export function provisionTarget(
  { managementUrl, callbackUrl }: Pick<ControlPlane, 'managementUrl' | 'callbackUrl'>,
  { generation, callbackAddress }: Pick<ProvisionRequest, 'generation' | 'callbackAddress'>,
): ProvisionTarget | undefined {
  const given = comparable(callbackAddress)
  if (given === undefined) return undefined
  if (generation === 'control-plane' && managementUrl !== null) {
    const url = besideVersion(managementUrl)
    if (comparable(url) === given) return { url, credential: 'management' }
  }
  if (callbackUrl !== null && comparable(callbackUrl) === given) {
    return { url: callbackUrl, credential: 'callbacks' }
  }
  return undefined
}

function comparable(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { href, hash, username, password } = new URL(text)
  return hash === '' && username === '' && password === '' ? href.replace(/\/+$/, '') : undefined
}

const namespace = 'https://w3id.org/edc/v0.0.1/ns/'

/** Where the content is, and the header that opens it. */
export interface ContentAddress {
  readonly url: string
  readonly authorization: string
}

/** Path below the target and body of the callback that gives the content address. */
export function provisionedCallback(
  request: ProvisionRequest,
  content: ContentAddress,
): { readonly path: string; readonly body: unknown } {
  const process = encodeURIComponent(request.processId)
  const resource = encodeURIComponent(request.resourceId)
  // EDC reads `baseUrl` with its namespace only.
  const access = {
    [`${namespace}baseUrl`]: content.url,
    authKey: 'Authorization',
    authCode: content.authorization,
  }
  if (request.generation === 'data-plane') {
    const properties = { [`${namespace}type`]: 'HttpData', ...access }
    return { path: `/${process}/${resource}/provision`, body: { dataAddress: { properties } } }
  }
  return {
    path: `/${process}/provision`,
    body: {
      edctype: 'dataspaceconnector:provisioner-callback-request',
      resourceDefinitionId: request.resourceId,
      assetId: request.assetId,
      // Also the name of an entry of the connector's vault.
      resourceName: `dataspace-compute-${request.id}`,
      contentDataAddress: { properties: { type: 'HttpData', ...access } },
      // Demanded, and read by nobody.
      apiKeyJwt: 'unused',
      hasToken: false,
    },
  }
}

/** Path of the empty callback that ends the data flow of the data-plane generation. */
export const deprovisionedPath = ({ processId, resourceId }: ProvisionRequest) =>
  `/${encodeURIComponent(processId)}/${encodeURIComponent(resourceId)}/deprovision`
