import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Transfer } from '../consumer.ts'
import type { DataSpace, Delivery, Flow, ReportedEnd } from '../data-space.ts'
import type { Ready } from '../service-process.ts'
import type { Stage } from '../stage.ts'
import { shorten } from '../terminal.ts'
import type { ThirdParty } from '../third-party.ts'
import { beginTransfer } from './begin-transfer.ts'
import type { Connector } from './connector.ts'
import { EdrReceiver, propertyOf } from './edr-receiver.ts'
import { olderControlPlane, publishCompute, transferRequest } from './examples.ts'
import { each } from './management.ts'
import type { Connectors } from './open-connectors.ts'
import { pushFile } from './push-file.ts'

const pull = 'HttpData-PULL'

/** A flow by its names at both connectors. */
interface Begun extends Flow {
  readonly providerId: string
  readonly expiresIn: string
}

/** Three connectors negotiate, start, deliver and end; the demo asks them to, by their management APIs. */
export class RealDataSpace implements DataSpace {
  readonly way = 'push'
  readonly definitions = 'docs/examples/connectors'
  readonly #connectors: Connectors
  readonly #receiver: EdrReceiver
  readonly #assetId = `table-summary-${randomUUID().slice(0, 8)}`
  readonly #secret = randomBytes(18).toString('base64url')
  readonly #providerIds = new Map<string, string>()

  private constructor(connectors: Connectors, receiver: EdrReceiver) {
    this.#connectors = connectors
    this.#receiver = receiver
  }

  static async start({ cleanup }: Stage, connectors: Connectors): Promise<RealDataSpace> {
    return new RealDataSpace(connectors, cleanup.use(await EdrReceiver.start()))
  }

  get doors(): readonly (readonly [string, string])[] {
    const { compute, consumer, data } = this.#connectors
    return [
      ...[compute, consumer, data].map(
        ({ name, managementUrl }) => [`connector ${name}`, `${managementUrl}/v3`] as const,
      ),
      ["connectors' key", `${compute.key} (as X-Api-Key)`],
    ]
  }

  async writeControlPlanes(folder: string): Promise<string> {
    const { controlUrl, managementUrl, key } = this.#connectors.compute
    const target = join(folder, 'control-planes')
    await mkdir(target, { recursive: true, mode: 0o700 })
    const write = async (name: string, content: string) => {
      await writeFile(join(target, name), content, { mode: 0o600 })
      return join(target, name)
    }
    const controlPlane = olderControlPlane({
      secretFile: await write('edc-inbound', this.#secret),
      controlUrl,
      managementUrl: `${managementUrl}/v3`,
      keyFile: await write('edc-management', key),
    })
    await write('edc.control-plane.yaml', stringify(controlPlane))
    return target
  }

  async join(stage: Stage, { connectorUrl }: Ready): Promise<void> {
    const { terminal, cleanup } = stage
    const { compute } = this.#connectors
    const url = `${connectorUrl}/k/${this.#secret}/edc/v1/dataflows`
    const { lasting } = this.#connectors
    if (lasting !== null) cleanup.defer(() => this.#leave(lasting, url))
    terminal.say('The service registers itself at its connector, which looks whether it is there:')
    const { '@id': id } = await stage.until('the registration of the service', async () =>
      (await compute.dataPlanes.list()).find((one) => one.url === url),
    )
    const { state, allowedTransferTypes } = await compute.dataPlanes.available(id)
    terminal.quote(`← GET ${compute.managementUrl}/v3/dataplanes`)
    terminal.quote(
      `  { "@id": "${id}", "allowedTransferTypes": ${JSON.stringify(allowedTransferTypes)}, "state": "${state}", … }`,
    )
    stage.prove(state === 'AVAILABLE', `The service is a data plane of the connector: ${state}.`)
    await publishCompute(compute.management, this.#assetId, 'table-summary')
    terminal.say(
      `The operator offers an asset, ${this.#assetId}, with an open policy, to everybody.`,
    )
  }

  async agree(stage: Stage): Promise<string> {
    const { terminal } = stage
    const { compute, consumer } = this.#connectors
    const catalogue = await consumer.contracts.catalogue(compute)
    const found = catalogue.find((dataset) => dataset['@id'] === this.#assetId)
    const formats = each(found?.distribution).map(({ format }) => format)
    terminal.say("The consumer's connector asks the operator's for its catalogue:")
    terminal.quote(`${this.#assetId}   ${formats.join(', ')}`)
    stage.prove(
      formats.includes(pull),
      'The asset is in the catalogue, with the transfer types of our data plane.',
    )
    const { agreementId } = await consumer.contracts.negotiate(compute, this.#assetId)
    const agreement = await consumer.contracts.agreement(agreementId)
    terminal.say('The two negotiate a contract. The service has no part in that.')
    terminal.table([
      ['agreement', agreement.agreementId],
      ['between', `${agreement.providerId} (sells) and ${agreement.consumerId} (buys)`],
      ['signed', new Date(agreement.contractSigningDate * 1000).toISOString()],
    ])
    const [theirs] = await compute.contracts.known(agreement.agreementId)
    stage.prove(
      theirs?.assetId === this.#assetId,
      'Both connectors have the agreement, by the same id.',
    )
    return agreementId
  }

  async begin(stage: Stage, agreementId: string): Promise<Flow> {
    const { terminal } = stage
    terminal.say("The consumer's connector asks for a transfer, with the address of its backend:")
    terminal.quote(`→ POST ${this.#connectors.consumer.managementUrl}/v3/transferprocesses`)
    terminal.quote(
      `  { "contractId": "${shorten(agreementId)}", "transferType": "${pull}", "callbackAddresses": [{ "uri": "${this.#receiver.url}" … }], … }`,
    )
    terminal.say(
      "The operator's connector tells our service to start, by its own protocol (EDC signaling),",
    )
    terminal.say("and what it answers comes to the consumer's backend as an event:")
    const begun = performance.now()
    const flow = await this.#begin(stage, this.#connectors.consumer, agreementId)
    const took = `${(performance.now() - begun).toFixed(0)} ms`
    terminal.quote(`← TransferProcessStarted after ${took}: { "dataAddress":`)
    terminal.quote(
      `  { "endpoint": "${flow.endpoint}", "authorization": "${shorten(flow.token)}", "expiresIn": "${flow.expiresIn}", … } }`,
    )
    stage.times.push(`address ${took} after the transfer request`)
    const { state } = await this.#connectors.consumer.transfers.find(flow.id)
    const provider = await this.#connectors.compute.transfers.find(flow.providerId)
    stage.prove(
      state === 'STARTED' && provider.state === 'STARTED',
      'The transfer is STARTED at both connectors, and the consumer has address and token.',
    )
    return flow
  }

  async beginForStranger(stage: Stage): Promise<Flow> {
    const { compute, data } = this.#connectors
    stage.terminal.say(
      "(It is the third party: its connector agrees and starts as the consumer's did.)",
    )
    const { agreementId } = await data.contracts.negotiate(compute, this.#assetId)
    return this.#begin(stage, data, agreementId)
  }

  deliver(stage: Stage, thirdParty: ThirdParty, expected: Transfer): Promise<Delivery> {
    return pushFile(stage, this.#connectors, thirdParty, expected)
  }

  async end({ terminal }: Stage, { id }: Flow): Promise<void> {
    const { consumer } = this.#connectors
    terminal.say("The consumer's connector ends the transfer; the operator's tells the service:")
    await consumer.transfers.terminate(id, 'the contract has ended')
    terminal.quote(`→ POST ${consumer.managementUrl}/v3/transferprocesses/${shorten(id)}/terminate`)
  }

  async proveEnd(stage: Stage, { id }: Flow, { agreementId }: ReportedEnd): Promise<void> {
    const { compute, consumer } = this.#connectors
    const mine = await consumer.transfers.ended(id)
    const theirs = await compute.transfers.ended(this.#providerIds.get(id) ?? '')
    stage.prove(
      mine.state === 'TERMINATED',
      `The connectors say that it is over: ${mine.state} at the consumer's, ${theirs.state} at the operator's.`,
    )
    stage.prove(
      theirs.contractId === agreementId,
      `The report names the agreement that the operator's connector has, ${shorten(agreementId)}.`,
    )
  }

  /** What the demo has made at a connector that goes on without it: nothing of that may be offered or tried again. */
  async #leave(connector: Connector, url: string): Promise<void> {
    for (const id of this.#providerIds.values()) {
      await connector.transfers.terminate(id, 'the demo is over').catch(() => undefined)
      await connector.transfers.ended(id)
    }
    await connector.withdraw(this.#assetId)
    await connector.dataPlanes.forget(url)
  }

  async #begin(stage: Stage, buyer: Connector, agreementId: string): Promise<Begun> {
    const { compute } = this.#connectors
    const { protocolUrl: providerUrl } = compute
    const callbackUrl = this.#receiver.url
    const document = transferRequest({ providerUrl, agreementId, callbackUrl })
    const request = { agreementId, transferType: pull, document }
    const { consumerId, providerId } = await beginTransfer(buyer, compute, request)
    this.#providerIds.set(consumerId, providerId)
    const edr = await stage.until('the address', () =>
      Promise.resolve(this.#receiver.of(consumerId)[0]),
    )
    const of = (name: string) => propertyOf(edr, name)
    return {
      id: consumerId,
      providerId,
      endpoint: of('endpoint'),
      token: of('authorization'),
      expiresIn: of('expiresIn'),
    }
  }
}
