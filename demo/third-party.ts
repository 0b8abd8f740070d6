import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerResponse } from 'node:http'
import { listen, request, type Answer, type Listener } from './http.ts'

const pieces = 22
const pieceEveryMs = 150
const edc = 'https://w3id.org/edc/v0.0.1/ns/'

/**
 * A third party whose data the consumer may use: serves one file to whoever has its token, slowly, so that progress can
 * be seen.
 */
export class ThirdParty implements AsyncDisposable {
  readonly token: string
  /** How often the file was asked for with the token. */
  reads = 0
  readonly #listener: Listener
  readonly #signal: AbortSignal

  private constructor(listener: Listener, token: string, signal: AbortSignal) {
    this.#listener = listener
    this.#signal = signal
    this.token = token
  }

  static async start(file: Buffer, signal: AbortSignal): Promise<ThirdParty> {
    const token = randomBytes(24).toString('base64url')
    const listener = await listen((incoming, response) => {
      if (incoming.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end()
        return
      }
      thirdParty.reads += 1
      sendSlowly(response, file, signal).catch(() => response.destroy())
    })
    const thirdParty = new ThirdParty(listener, token, signal)
    return thirdParty
  }

  get fileUrl(): string {
    return `${this.#listener.url}/co2-concentration.csv`
  }

  /**
   * What the consumer's connector does when the third party's contract lets the data go: it posts its event, with the
   * address and the token of the data (an "endpoint data reference", EDR), to the callback address of the transfer.
   */
  postStarted(callbackUrl: string): Promise<Answer> {
    const transferProcessId = randomUUID()
    return request(
      this.#signal,
      'POST',
      callbackUrl,
      {},
      {
        id: randomUUID(),
        at: Date.now(),
        type: 'TransferProcessStarted',
        payload: {
          transferProcessId,
          callbackAddresses: [{ uri: callbackUrl, events: ['transfer.process'] }],
          assetId: 'co2-concentration',
          type: 'CONSUMER',
          contractId: randomUUID(),
          protocol: 'dataspace-protocol-http:2025-1',
          dataAddress: {
            properties: {
              [`${edc}type`]: 'https://w3id.org/idsa/v4.1/HTTP',
              [`${edc}endpoint`]: this.fileUrl,
              [`${edc}authType`]: 'bearer',
              [`${edc}authorization`]: this.token,
            },
          },
        },
      },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
  }
}

async function sendSlowly(response: ServerResponse, file: Buffer, signal: AbortSignal) {
  response.writeHead(200, {
    'content-type': 'text/csv',
    'content-length': file.length,
    etag: '"1"',
  })
  const size = Math.ceil(file.length / pieces)
  for (let start = 0; start < file.length; start += size) {
    response.write(file.subarray(start, start + size))
    await pause(pieceEveryMs, undefined, { signal })
  }
  response.end()
}
