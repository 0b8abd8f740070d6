import { setTimeout as delay } from 'node:timers/promises'
import type { Management } from './management.ts'

/** What a data plane says that it can do; at least one source type. */
export interface DataPlaneOffer {
  readonly id: string
  /** With the `/dataflows` of its own. */
  readonly url: string
  readonly sourceTypes: readonly string[]
  readonly transferTypes: readonly string[]
  /** Types of destinations for which it is asked to prepare an address. */
  readonly destinationProvisionTypes?: readonly string[]
}

/** A data plane as the connector lists it. */
export interface ListedDataPlane {
  readonly '@id': string
  readonly url: string
  readonly state: 'REGISTERED' | 'AVAILABLE' | 'UNAVAILABLE' | 'UNREGISTERED'
  readonly allowedSourceTypes?: string | readonly string[]
  readonly allowedTransferTypes?: string | readonly string[]
  readonly destinationProvisionTypes?: string | readonly string[]
}

/** The data planes of one connector. */
export class DataPlanes {
  readonly #management: Management

  constructor(management: Management) {
    this.#management = management
  }

  list(): Promise<readonly ListedDataPlane[]> {
    return this.#management.ask('GET', 'dataplanes')
  }

  async find(id: string): Promise<ListedDataPlane | undefined> {
    return (await this.list()).find((one) => one['@id'] === id)
  }

  /** Registers a data plane, also one that cannot be reached. */
  async announce(offer: DataPlaneOffer): Promise<void> {
    await this.#management.control('POST', 'dataplanes', {
      '@type': 'DataPlaneInstance',
      '@id': offer.id,
      url: offer.url,
      allowedSourceTypes: offer.sourceTypes,
      allowedTransferTypes: offer.transferTypes,
      destinationProvisionTypes: offer.destinationProvisionTypes ?? [],
    })
  }

  /** Registers a data plane and waits until the connector has reached it. */
  async register(offer: DataPlaneOffer): Promise<void> {
    await this.announce(offer)
    await this.available(offer.id)
  }

  /** Waits until the data plane can be used, whoever has registered it. */
  async available(id: string, timeoutMs = 20_000): Promise<ListedDataPlane> {
    const end = performance.now() + timeoutMs
    for (;;) {
      const found = await this.find(id)
      if (found?.state === 'AVAILABLE') return found
      if (performance.now() > end)
        throw new Error(`data plane ${id} is ${found?.state ?? 'not there'}, not AVAILABLE`)
      await delay(25)
    }
  }

  /**
   * Removes whatever is registered with this address, and sees that it stays away: a check that was under way brings it
   * back. One that is left and cannot be reached holds up the checks of all others for seconds.
   */
  async forget(url: string): Promise<void> {
    for (let away = 0; away < 3; away++) {
      for (const one of await this.list()) {
        if (one.url !== url) continue
        await this.remove(one['@id'])
        away = 0
      }
      await delay(200)
    }
  }

  async remove(id: string): Promise<void> {
    await this.#management.control('DELETE', `dataplanes/${encodeURIComponent(id)}`)
  }
}
