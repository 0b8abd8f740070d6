import type { Transfer } from './consumer.ts'
import { DemoControlPlane, newAgreement, propertyOf, type Started } from './control-plane.ts'
import type { DataSpace, Delivery, Flow } from './data-space.ts'
import { writeDefinitions } from './definitions.ts'
import type { Ready } from './service-process.ts'
import type { Stage } from './stage.ts'
import { shorten } from './terminal.ts'
import type { ThirdParty } from './third-party.ts'

const buyer = 'weather-institute'

/** Nobody negotiates: the demo says what connectors would say, in their real protocol. */
export class PlayedDataSpace implements DataSpace {
  readonly way = 'pull'
  readonly definitions = 'demo/control-planes'
  readonly doors = []
  readonly #controlPlane: DemoControlPlane
  #connectorUrl = ''

  private constructor(controlPlane: DemoControlPlane) {
    this.#controlPlane = controlPlane
  }

  static async start({ cleanup, signal }: Stage): Promise<PlayedDataSpace> {
    return new PlayedDataSpace(cleanup.use(await DemoControlPlane.start(signal)))
  }

  writeControlPlanes(folder: string): Promise<string> {
    const { url: callbacks, key } = this.#controlPlane
    return writeDefinitions('control-planes', folder, { callbacks, key })
  }

  join(_: Stage, { connectorUrl }: Ready): Promise<void> {
    this.#connectorUrl = connectorUrl
    return Promise.resolve()
  }

  agree({ terminal }: Stage): Promise<string> {
    const { agreementId } = newAgreement(buyer)
    terminal.say('Both connectors negotiate a contract. The service has no part in that.')
    terminal.say(
      `Say they have agreed: agreement ${shorten(agreementId)} with the consumer "${buyer}".`,
    )
    return Promise.resolve(agreementId)
  }

  async begin(stage: Stage, agreementId: string): Promise<Flow> {
    const { terminal } = stage
    const message = this.#controlPlane.startMessage({ ...newAgreement(buyer), agreementId })
    terminal.say(
      "The demo's control plane plays the connector, in its real protocol, Data Plane Signaling.",
    )
    terminal.say('It says: this contract begins; tell me where its consumer has to go.')
    terminal.quote('→ POST /signaling/v1/dataflows/start')
    terminal.quote(
      `  { "agreementId": "${shorten(message.agreementId)}", "datasetId": "${message.datasetId}", "transferType": "${message.transferType}", … }`,
    )
    const begun = performance.now()
    const { status, started } = await this.#start(message)
    const tookMs = performance.now() - begun
    const { dataAddress } = started
    const authorization = shorten(propertyOf(dataAddress, 'authorization'))
    const expiresIn = propertyOf(dataAddress, 'expiresIn')
    terminal.quote(
      `← ${status} after ${tookMs.toFixed(0)} ms: { "state": "${started.state}", "dataAddress":`,
    )
    terminal.quote(
      `  { "endpoint": "${dataAddress.endpoint}", "authorization": "${authorization}", "expiresIn": "${expiresIn}", … } }`,
    )
    stage.times.push(`address ${tookMs.toFixed(0)} ms after the start message`)
    stage.prove(
      started.state === 'STARTED',
      'The data flow (the use of a contract) is STARTED, and the consumer gets address and token.',
    )
    return flowOf(started)
  }

  async beginForStranger(): Promise<Flow> {
    const message = this.#controlPlane.startMessage(newAgreement('another-company'))
    return flowOf((await this.#start(message)).started)
  }

  async deliver(
    { terminal }: Stage,
    thirdParty: ThirdParty,
    { callbackAddress }: Transfer,
  ): Promise<Delivery> {
    terminal.say(
      'The third party agrees. The connector tells so, with address and token of the file:',
    )
    const { status, text } = await thirdParty.postStarted(callbackAddress?.uri ?? '')
    if (status !== 200) throw new Error(`the callback answered ${status}: ${text}`)
    terminal.quote('→ POST to that address: { "type": "TransferProcessStarted", … "endpoint":')
    terminal.quote(
      `  "${thirdParty.fileUrl}", "authorization": "${shorten(thirdParty.token)}" }   ← ${status} ${text}`,
    )
    terminal.say('The service pulls the file from there (slowed down, to be seen):')
    return { settled: () => Promise.resolve() }
  }

  async end({ terminal }: Stage, { id }: Flow): Promise<void> {
    terminal.say('The connector says that the contract is over:')
    const { status } = await this.#controlPlane.terminate(this.#connectorUrl, id)
    terminal.quote(`→ POST /signaling/v1/dataflows/${shorten(id)}/terminate   ← ${status}`)
  }

  proveEnd(): Promise<void> {
    return Promise.resolve()
  }

  async #start(message: object): Promise<{ readonly status: number; readonly started: Started }> {
    const { status, text, json } = await this.#controlPlane.send(
      this.#connectorUrl,
      'start',
      message,
    )
    if (status !== 200) throw new Error(`start answered ${status}: ${text}`)
    return { status, started: json as Started }
  }
}

/** What a consumer gets through its connector is enough to begin. */
const flowOf = ({ dataFlowId, dataAddress }: Started): Flow => ({
  id: dataFlowId,
  endpoint: dataAddress.endpoint,
  token: propertyOf(dataAddress, 'authorization'),
})
