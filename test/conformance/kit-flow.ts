import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { patienceMs, type CallbackKind, type Kit, type StatusMessage } from './kit.ts'

/** The wire shape: RC3 with `profile`, RC2 with `transferType` and `callbackAddress`. */
export type Shape = 'RC2' | 'RC3'

export interface KitAddress {
  readonly endpointType: string
  readonly endpoint: string
  readonly endpointProperties?: readonly { readonly name: string; readonly value: string }[]
}

export interface KitAnswer {
  readonly status: number
  readonly body: {
    readonly dataFlowId?: string
    readonly state?: string
    readonly dataAddress?: KitAddress
  }
}

export interface KitContext {
  readonly kit: Kit
  /** The base URL of the data plane, without `/dataflows`. */
  readonly dataPlaneUrl: string
  readonly shape: Shape
}

const headers = {
  'content-type': 'application/json; charset=utf-8',
  authorization: 'dummy-authorization',
}

/** One data flow as the kit drives it: begun with a new process id, followed by the `dataFlowId` that came back. */
export class KitFlow {
  readonly #context: KitContext
  readonly #profile: string
  readonly #agreementId: string
  readonly processId = randomUUID()
  #dataFlowId = ''

  constructor(context: KitContext, profile: string, agreementId: string = randomUUID()) {
    this.#context = context
    this.#profile = profile
    this.#agreementId = agreementId
  }

  /** Sends `prepare`, demands 2xx with the id and the state. */
  prepare(state: string): Promise<KitAnswer['body']> {
    return this.#open('prepare', state)
  }

  /** Sends `start`, demands 2xx with the id and the state. */
  start(state: string, dataAddress?: KitAddress): Promise<KitAnswer['body']> {
    return this.#open('start', state, dataAddress)
  }

  async #open(operation: string, state: string, dataAddress?: KitAddress) {
    const { kit, shape } = this.#context
    const answer = await this.#post(operation, {
      messageId: randomUUID(),
      participantId: 'tck-participant',
      counterPartyId: 'tck-counterparty',
      dataspaceContext: 'tck-dataspace',
      processId: this.processId,
      agreementId: this.#agreementId,
      datasetId: randomUUID(),
      claims: {},
      ...(shape === 'RC3'
        ? { profile: this.#profile }
        : { transferType: this.#profile, callbackAddress: kit.url }),
      ...(dataAddress === undefined ? {} : { dataAddress }),
    })
    assertSuccess(operation, answer)
    assert.equal(answer.body.state, state)
    this.#dataFlowId = answer.body.dataFlowId ?? assert.fail('the answer has no dataFlowId')
    return answer.body
  }

  /** `started`, `suspend`, `resume`, `terminate` or `completed`; any status comes back. */
  send(operation: string, dataAddress?: KitAddress): Promise<KitAnswer> {
    const messageId = randomUUID()
    const bodies: Record<string, object> = {
      completed: {},
      terminate: { messageId, reason: 'any' },
    }
    const address = dataAddress === undefined ? {} : { dataAddress }
    const body = bodies[operation] ?? { messageId, ...address }
    return this.#post(`${encodeURIComponent(this.#dataFlowId)}/${operation}`, body)
  }

  /** Sends a message and demands 2xx, then that the status becomes `state`. */
  async brings(operation: string, state: string, dataAddress?: KitAddress): Promise<KitAnswer> {
    const answer = await this.send(operation, dataAddress)
    assertSuccess(operation, answer)
    await this.becomes(state)
    return answer
  }

  /** Asks for the status every 100 ms until it is `state`. */
  async becomes(state: string): Promise<void> {
    const end = performance.now() + patienceMs
    for (;;) {
      const seen = await this.status()
      if (seen === state) return
      if (performance.now() > end) assert.fail(`the status is ${seen}, not ${state}`)
      await delay(100)
    }
  }

  async status(): Promise<string> {
    const url = `${this.#context.dataPlaneUrl}/dataflows/${this.#dataFlowId}/status`
    const response = await fetch(url, { headers })
    assert.ok(response.ok, `status answers ${response.status}`)
    const body = (await response.json()) as KitAnswer['body']
    assert.equal(body.dataFlowId, this.#dataFlowId)
    return body.state ?? ''
  }

  /** Takes the callback from now on, and waits for it. */
  async calledBack(kind: CallbackKind): Promise<StatusMessage> {
    const message = await this.#context.kit.expect(this.processId, kind)
    assert.equal(message.dataFlowId, this.#dataFlowId)
    return message
  }

  async #post(path: string, body: object): Promise<KitAnswer> {
    const response = await fetch(`${this.#context.dataPlaneUrl}/dataflows/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    const parsed = text === '' ? {} : (JSON.parse(text) as KitAnswer['body'])
    return { status: response.status, body: parsed }
  }
}

export const isSuccess = ({ status }: KitAnswer): boolean => status >= 200 && status < 300

function assertSuccess(operation: string, answer: KitAnswer): void {
  const said = JSON.stringify(answer.body)
  assert.ok(isSuccess(answer), `${operation} answers ${answer.status} ${said}`)
}
