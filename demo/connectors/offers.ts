import { edc, odrl, type Management } from './management.ts'

/** The asset's own data address: `type` and what belongs to it. */
export type AssetAddress = Readonly<Record<string, string>> & { readonly type: string }

export interface Offer {
  /** Of the asset, its policy and its contract definition. */
  readonly id: string
  readonly dataAddress: AssetAddress
  /** The contract ends this long after the agreement; without it, never. */
  readonly endsAfterSeconds?: number
  readonly properties?: Readonly<Record<string, string>>
}

const until = (seconds: number) => ({
  action: 'use',
  constraint: [
    {
      leftOperand: `${edc}inForceDate`,
      operator: 'lteq',
      rightOperand: `contractAgreement+${seconds}s`,
    },
  ],
})

/** Offers an asset to everybody: the asset, a policy and a contract definition, all of the same id. */
export async function publish(management: Management, offer: Offer): Promise<void> {
  const { id, dataAddress, endsAfterSeconds, properties } = offer
  await management.ask('POST', 'assets', {
    '@id': id,
    properties: { name: id, ...properties },
    dataAddress: { '@type': 'DataAddress', ...dataAddress },
  })
  await management.ask('POST', 'policydefinitions', {
    '@id': id,
    policy: {
      '@context': odrl,
      '@type': 'Set',
      permission: endsAfterSeconds === undefined ? [] : [until(endsAfterSeconds)],
    },
  })
  await management.ask('POST', 'contractdefinitions', {
    '@id': id,
    accessPolicyId: id,
    contractPolicyId: id,
    assetsSelector: [
      { '@type': 'Criterion', operandLeft: `${edc}id`, operator: '=', operandRight: id },
    ],
  })
}
