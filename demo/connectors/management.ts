const timeoutMs = 15_000

/** Names without a prefix are EDC's own. */
export const edc = 'https://w3id.org/edc/v0.0.1/ns/'
export const odrl = 'http://www.w3.org/ns/odrl.jsonld'

/** How one connector is reached. */
export interface ConnectorUrls {
  /** With `/management`, without the version. */
  readonly managementUrl: string
  readonly controlUrl: string
  /** Where other connectors find it, with the version of the protocol. */
  readonly protocolUrl: string
  readonly key: string
}

/** The connector's answer when it is no success. */
export class ConnectorRefusal extends Error {
  readonly status: number

  constructor(request: string, status: number, text: string) {
    super(`${request} answers ${status}: ${text.slice(0, 2000)}`)
    this.status = status
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Requests to one connector; each is answered within 15 s, or fails. */
export class Management {
  readonly #urls: ConnectorUrls
  readonly #signal: AbortSignal | undefined

  /** Once `signal` says so, every request fails: so do the waits that are made of them. */
  constructor(urls: ConnectorUrls, signal?: AbortSignal) {
    this.#urls = urls
    this.#signal = signal
  }

  /** At the management API. What it answers is believed to be a `T`; a success without a body is `undefined`. */
  async ask<T>(method: Method, path: string, body?: object): Promise<T> {
    return (await this.#send(method, `${this.#urls.managementUrl}/v3/${path}`, body)) as T
  }

  /** At the control API, which asks for no key. */
  async control(method: Method, path: string, body?: object): Promise<void> {
    await this.#send(method, `${this.#urls.controlUrl}/v1/${path}`, body)
  }

  async #send(method: Method, url: string, body?: object): Promise<unknown> {
    const response = await fetch(url, {
      method,
      headers: { 'x-api-key': this.#urls.key, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify({ '@context': { '@vocab': edc }, ...body }),
      signal: AbortSignal.any([
        AbortSignal.timeout(timeoutMs),
        ...(this.#signal === undefined ? [] : [this.#signal]),
      ]),
    })
    const text = await response.text()
    if (!response.ok) throw new ConnectorRefusal(`${method} ${url}`, response.status, text)
    return text === '' ? undefined : JSON.parse(text)
  }
}

/** JSON-LD has one thing as an object and several as an array. */
export const each = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]

/** A query for what has `value` in `field`. */
export const where = (field: string, value: string) => ({
  '@type': 'QuerySpec',
  limit: 1000,
  filterExpression: [
    { '@type': 'Criterion', operandLeft: field, operator: '=', operandRight: value },
  ],
})
