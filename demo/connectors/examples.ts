import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Management } from './management.ts'

/** The connector examples of the documentation, as documents in which only addresses, secrets and ids are replaced. */
const folder = new URL('../../docs/examples/connectors/', import.meta.url)
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** In the text of an example; what is to be replaced has to be there. */
function document(name: string, replacements: Readonly<Record<string, string>>): object {
  let content = text(name)
  for (const [old, next] of Object.entries(replacements)) {
    if (!content.includes(`"${old}`)) throw new Error(`${name} has no ${old} any more`)
    content = content.replaceAll(`"${old}"`, JSON.stringify(next))
  }
  return JSON.parse(content) as object
}

/** The asset with another id, and with the compute service that it names. */
function asset(id: string, service: string): object {
  const given = document('asset.json', { 'table-summary': id }) as {
    readonly dataAddress: object
  }
  return { ...given, dataAddress: { ...given.dataAddress, service } }
}

/** The open policy; with an end that long after the signing, the one of thirty days with so many seconds. */
const policy = (id: string, endsAfterSeconds?: number): object =>
  endsAfterSeconds === undefined
    ? document('policy.json', { open: id })
    : document('policy-thirty-days.json', {
        'thirty-days': id,
        'contractAgreement+30d': `contractAgreement+${endsAfterSeconds}s`,
      })

const contractDefinition = (id: string): object =>
  document('contract-definition.json', { 'table-summary': id, open: id })

/** Offers a compute service to everybody: asset, policy and contract definition as the documentation has them. */
export async function publishCompute(
  management: Management,
  id: string,
  service: string,
  endsAfterSeconds?: number,
): Promise<void> {
  await management.ask('POST', 'assets', asset(id, service))
  await management.ask('POST', 'policydefinitions', policy(id, endsAfterSeconds))
  await management.ask('POST', 'contractdefinitions', contractDefinition(id))
}

export const transferRequest = (given: {
  readonly providerUrl: string
  readonly agreementId: string
  readonly callbackUrl: string
}): object =>
  document('transfer-request.json', {
    'http://provider.example.com/protocol/2025-1': given.providerUrl,
    'the id of the agreement': given.agreementId,
    'http://consumer-backend.example.com/edr': given.callbackUrl,
  })

export interface ControlPlaneExample {
  readonly inbound: { readonly secretFile: string }
  readonly callbacks: { readonly url: string }
  readonly management: { readonly url: string; readonly keyFile: string }
}

/** The control plane of the older signaling. The paths behind the hosts are those of the operator's connector. */
export function olderControlPlane(given: {
  readonly secretFile: string
  readonly controlUrl: string
  readonly managementUrl: string
  readonly keyFile: string
}): ControlPlaneExample {
  const example = parse(text('edc-0.15.control-plane.yaml')) as ControlPlaneExample
  return {
    ...example,
    inbound: { ...example.inbound, secretFile: given.secretFile },
    callbacks: { ...example.callbacks, url: given.controlUrl },
    management: { ...example.management, url: given.managementUrl, keyFile: given.keyFile },
  }
}
