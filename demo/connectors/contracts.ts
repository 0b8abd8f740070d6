import { setTimeout as delay } from 'node:timers/promises'
import { each, odrl, where, type Management } from './management.ts'

/** Another connector, as one that negotiates with it needs it. */
export interface Party {
  readonly name: string
  readonly protocolUrl: string
}

export interface Dataset {
  readonly '@id': string
  /** The offers: policies with an id each. */
  readonly hasPolicy?: object | readonly object[]
  readonly distribution?: { readonly format: string } | readonly { readonly format: string }[]
}

export interface Negotiation {
  readonly '@id': string
  readonly state: string
  readonly contractAgreementId?: string
  readonly errorDetail?: string
}

export interface Agreement {
  /** This connector's own. */
  readonly '@id': string
  /** The one that both connectors know. */
  readonly agreementId: string
  readonly assetId: string
  readonly consumerId: string
  readonly providerId: string
  /** Seconds since 1970. */
  readonly contractSigningDate: number
  readonly policy: object
}

/** A contract, by the id that the consumer's connector has given it; the provider's has given it another. */
export interface Contract {
  readonly agreementId: string
  readonly negotiationId: string
  /** Negotiations that ended without an agreement before, by the connectors' own race. */
  readonly lost: number
}

export const dsp = 'dataspace-protocol-http:2025-1'

/** Thrown when a negotiation takes too long, or is refused again and again. */
export class NoContract extends Error {}

/** What one connector agrees on with others. */
export class Contracts {
  readonly #management: Management

  constructor(management: Management) {
    this.#management = management
  }

  /** What the provider offers to this connector, with the transfer types that its data planes have now. */
  dataset(provider: Party, id: string): Promise<Dataset> {
    return this.#management.ask('POST', 'catalog/dataset/request', {
      '@type': 'DatasetRequest',
      '@id': id,
      ...counterParty(provider),
    })
  }

  async catalogue(provider: Party): Promise<readonly Dataset[]> {
    const catalogue = await this.#management.ask<{
      readonly dataset?: Dataset | readonly Dataset[]
    }>('POST', 'catalog/request', { '@type': 'CatalogRequest', ...counterParty(provider) })
    return each(catalogue.dataset)
  }

  /** Begins a negotiation about the first offer of a dataset; returns its id. */
  async begin(provider: Party, dataset: Dataset): Promise<string> {
    const [offer] = each(dataset.hasPolicy)
    if (offer === undefined) throw new NoContract(`nobody offers ${dataset['@id']}`)
    const begun = await this.#management.ask<{ readonly '@id': string }>(
      'POST',
      'contractnegotiations',
      {
        '@type': 'ContractRequest',
        ...counterParty(provider),
        policy: {
          '@context': odrl,
          ...offer,
          '@type': 'Offer',
          assigner: provider.name,
          target: dataset['@id'],
        },
      },
    )
    return begun['@id']
  }

  negotiation(id: string): Promise<Negotiation> {
    return this.#management.ask('GET', `contractnegotiations/${id}`)
  }

  async terminate(negotiationId: string, reason: string): Promise<void> {
    const message = { '@type': 'TerminateNegotiation', '@id': negotiationId, reason }
    await this.#management.ask('POST', `contractnegotiations/${negotiationId}/terminate`, message)
  }

  agreement(id: string): Promise<Agreement> {
    return this.#management.ask('GET', `contractagreements/${id}`)
  }

  /** This connector's view of an agreement, by the id that both connectors know: one, or none. */
  known(agreementId: string): Promise<readonly Agreement[]> {
    return this.#management.ask(
      'POST',
      'contractagreements/request',
      where('agreementId', agreementId),
    )
  }

  /**
   * From the catalogue to an agreement. Now and then two connectors trip over each other's messages, and a negotiation
   * ends by no one's will; then another one is begun, as long as there is time.
   */
  async negotiate(provider: Party, assetId: string, timeoutMs = 30_000): Promise<Contract> {
    const end = performance.now() + timeoutMs
    const dataset = await this.dataset(provider, assetId)
    for (let lost = 0; ; lost++) {
      const negotiationId = await this.begin(provider, dataset)
      const { contractAgreementId, errorDetail } = await this.#decided(negotiationId, end)
      if (contractAgreementId !== undefined)
        return { agreementId: contractAgreementId, negotiationId, lost }
      if (lost === 4) throw new NoContract(`${assetId}: ${errorDetail ?? 'terminated'}`)
    }
  }

  async #decided(id: string, end: number): Promise<Negotiation> {
    for (;;) {
      const negotiation = await this.negotiation(id)
      const { state } = negotiation
      if (state === 'FINALIZED' || state === 'TERMINATED') return negotiation
      if (performance.now() > end) throw new NoContract(`negotiation ${id} is still ${state}`)
      await delay(50)
    }
  }
}

export const counterParty = ({ name, protocolUrl }: Party) => ({
  counterPartyId: name,
  counterPartyAddress: protocolUrl,
  protocol: dsp,
})
