import { Contracts, type Party } from './contracts.ts'
import { DataPlanes } from './data-planes.ts'
import { Management, type ConnectorUrls } from './management.ts'
import { publish, type Offer } from './offers.ts'
import { Transfers } from './transfers.ts'

export type ConnectorName = 'compute' | 'consumer' | 'data'

/** A real connector of the counterpart, driven by its management and control API. Every wait has an end. */
export class Connector implements Party, ConnectorUrls {
  /** Its participant id, too. */
  readonly name: ConnectorName
  readonly managementUrl: string
  readonly controlUrl: string
  readonly protocolUrl: string
  readonly key: string
  readonly management: Management
  readonly dataPlanes: DataPlanes
  readonly contracts: Contracts
  readonly transfers: Transfers

  /** `variables` are those that the counterpart's `up` prints. */
  constructor(
    name: ConnectorName,
    variables: Readonly<Record<string, string | undefined>> = process.env,
    signal?: AbortSignal,
  ) {
    const given = (what: string) => {
      const value = variables[`DSC_EDC_${what}`]
      if (value === undefined) throw new Error(`DSC_EDC_${what} is not set: does ${name} run?`)
      return value
    }
    const prefix = name.toUpperCase()
    this.name = name
    this.managementUrl = given(`${prefix}_MANAGEMENT_URL`)
    this.controlUrl = given(`${prefix}_CONTROL_URL`)
    this.protocolUrl = given(`${prefix}_PROTOCOL_URL`)
    this.key = given('KEY')
    this.management = new Management(this, signal)
    this.dataPlanes = new DataPlanes(this.management)
    this.contracts = new Contracts(this.management)
    this.transfers = new Transfers(this.management)
  }

  /** Offers an asset to everybody. */
  publish(offer: Offer): Promise<void> {
    return publish(this.management, offer)
  }

  /** Offers an asset no longer; agreements on it stay. */
  async withdraw(offerId: string): Promise<void> {
    await this.management.ask('DELETE', `contractdefinitions/${offerId}`)
  }
}
