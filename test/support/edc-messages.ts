import { randomUUID } from 'node:crypto'

export const edcNamespace = 'https://w3id.org/edc/v0.0.1/ns/'
export const tractusxNamespace = 'https://w3id.org/tractusx/auth/'

/** As EDC 0.15.1 puts it into every message. */
const context = {
  odrl: 'http://www.w3.org/ns/odrl/2/',
  dspace: 'https://w3id.org/dspace/v0.8/',
  '@vocab': edcNamespace,
}

/** An address as EDC 0.15.1 writes it: a single property comes alone, several as a list. */
export function dspaceAddress(type: string, properties: Readonly<Record<string, string>>) {
  const all = Object.entries(properties).map(([name, value]) => ({
    '@type': 'dspace:EndpointProperty',
    'dspace:name': `${edcNamespace}${name}`,
    'dspace:value': value,
  }))
  const [only, ...more] = all
  return {
    '@type': 'dspace:DataAddress',
    'dspace:endpointType': type,
    ...(only === undefined ? {} : { 'dspace:endpointProperties': more.length === 0 ? only : all }),
  }
}

export interface EdcMessageOptions {
  readonly processId?: string
  readonly agreementId?: string
  readonly datasetId?: string
  readonly participantId?: string
  readonly flowType?: 'PULL' | 'PUSH'
  /** The service that the asset's data address names. */
  readonly service?: string
  readonly sourceDataAddress?: unknown
  readonly destinationDataAddress?: unknown
  readonly destination?: unknown
}

function message(type: string, options: EdcMessageOptions, flowType: 'PULL' | 'PUSH') {
  return {
    '@type': type,
    transferTypeDestination: 'HttpData',
    flowType: options.flowType ?? flowType,
    agreementId: options.agreementId ?? randomUUID(),
    processId: options.processId ?? randomUUID(),
    datasetId: options.datasetId ?? 'compute-1',
    properties: {},
    callbackAddress: 'http://127.0.0.1:1/control',
  }
}

/** `start` of the provider side. */
export function edcStart(options: EdcMessageOptions = {}) {
  const { service, sourceDataAddress, destinationDataAddress } = options
  const asset = dspaceAddress('ComputeService', service === undefined ? {} : { service })
  return {
    ...message('DataFlowStartMessage', options, 'PULL'),
    sourceDataAddress: sourceDataAddress ?? asset,
    ...(destinationDataAddress === undefined ? {} : { destinationDataAddress }),
    participantId: options.participantId ?? 'consumer',
    '@context': context,
  }
}

/** `prepare` of the consumer side of a push. */
export function edcPrepare(options: EdcMessageOptions = {}) {
  return {
    ...message('DataFlowProvisionMessage', options, 'PUSH'),
    participantId: options.participantId ?? 'compute',
    destination: options.destination ?? dspaceAddress('Workspace', { input: 'table.csv' }),
    '@context': context,
  }
}

/** `suspend` and `terminate`: EDC never gives a reason. */
export const edcSignal = (verb: 'Suspend' | 'Terminate') => ({
  '@type': `DataFlow${verb}Message`,
  '@context': context,
})

export interface EdcAnswer {
  readonly status: number
  readonly body: {
    readonly '@context'?: Readonly<Record<string, string>>
    readonly '@type'?: string
    readonly provisioning?: boolean
    readonly state?: string
    readonly code?: string
    readonly detail?: string
    readonly errors?: readonly { readonly pointer: string }[]
    readonly dataAddress?: {
      readonly '@type': string
      readonly 'dspace:endpointType': string
      readonly 'dspace:endpointProperties': readonly Readonly<Record<string, string>>[]
    }
  }
}

/** Sends one message of the older signaling. `base` is the registered URL, which ends in `/edc/v1/dataflows`. */
export async function edcSend(base: string, path: string, body?: unknown): Promise<EdcAnswer> {
  const response = await fetch(`${base}${path === '' ? '' : `/${path}`}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'okhttp/5.3.2' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = text === '' ? {} : (JSON.parse(text) as EdcAnswer['body'])
  return { status: response.status, body: parsed }
}

/** A property of the answer's address by its full name, or by its name in EDC's namespace. */
export function edcProperty({ body }: EdcAnswer, name: string): string {
  const wanted = name.includes(':') ? name : `${edcNamespace}${name}`
  const properties = body.dataAddress?.['dspace:endpointProperties'] ?? []
  const found = properties.find((one) => one['dspace:name'] === wanted)?.['dspace:value']
  if (found === undefined) throw new Error(`no property ${name} in ${JSON.stringify(body)}`)
  return found
}
