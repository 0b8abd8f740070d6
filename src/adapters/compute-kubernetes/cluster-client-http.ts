import {
  IsomorphicFetchHttpLibrary,
  ResponseContext,
  SelfDecodingBody,
  type RequestContext,
} from '@kubernetes/client-node'
import { ClusterFault, faultOfStatus } from './cluster-client-error.ts'

/** The most that is taken of one answer: a page of 500 objects is seldom above 10 MB. */
const mostBodyBytes = 128 * 1024 * 1024
const mostErrorBytes = 64 * 1024

/** Sends requests so that each ends: with its signal, or when its deadline is over. */
export class BoundedHttp {
  readonly #library = new IsomorphicFetchHttpLibrary()
  readonly #userAgent: string
  readonly #deadlineMs: number

  constructor(userAgent: string, deadlineMs: number) {
    this.#userAgent = userAgent
    this.#deadlineMs = deadlineMs
  }

  /** The whole answer, body included, within the deadline. */
  async send(request: RequestContext): Promise<ResponseContext> {
    using scope = new Scope(request.getSignal(), this.#deadlineMs)
    return await scope.run(async () => {
      const { httpStatusCode, headers, body } = await this.#begin(request, scope.signal)
      const bytes = await bodyOf(body.stream(), mostBodyBytes)
      return new ResponseContext(
        httpStatusCode,
        headers,
        new SelfDecodingBody(Promise.resolve(bytes)),
      )
    })
  }

  /** The JSON of a 2xx answer; any other is thrown as `ClusterFault`. */
  async json(request: RequestContext, signal: AbortSignal): Promise<unknown> {
    request.setSignal(signal)
    const { httpStatusCode, body } = await this.send(request)
    const text = await body.text()
    if (httpStatusCode < 200 || httpStatusCode >= 300) throw faultOfStatus(httpStatusCode, text)
    try {
      return JSON.parse(text)
    } catch {
      throw new ClusterFault('an answer that is no JSON', 502)
    }
  }

  /**
   * The body of a 2xx answer as it comes; any other is thrown as `ClusterFault`. The deadline is for the answer's
   * beginning; the body ends with `signal`, which has to be this request's own.
   */
  async open(request: RequestContext, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const scope = new Scope(signal, this.#deadlineMs)
    return await scope.run(async () => {
      const { httpStatusCode, body } = await this.#begin(request, scope.signal)
      const stream = body.stream()
      if (httpStatusCode >= 200 && httpStatusCode < 300 && stream !== null) {
        scope.stopClock()
        return stream
      }
      const text = (await bodyOf(stream, mostErrorBytes)).toString('utf8')
      scope.stopClock()
      throw faultOfStatus(httpStatusCode, text)
    })
  }

  async #begin(request: RequestContext, signal: AbortSignal): Promise<ResponseContext> {
    request.setHeaderParam('User-Agent', this.#userAgent)
    request.setSignal(signal)
    return await this.#library.send(request).toPromise()
  }
}

/** A caller's signal and a deadline as one signal, without anything left behind on the caller's. */
class Scope implements Disposable {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  readonly #follow = () => this.#controller.abort(this.#outer?.reason)

  constructor(outer: AbortSignal | undefined, deadlineMs: number) {
    this.#outer = outer
    this.#timer = setTimeout(
      () => this.#controller.abort(new ClusterFault(`no answer within ${deadlineMs} ms`)),
      deadlineMs,
    )
    outer?.addEventListener('abort', this.#follow, { once: true })
    if (outer?.aborted === true) this.#follow()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** What ended the scope is what is thrown. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      this[Symbol.dispose]()
      throw this.signal.aborted ? this.signal.reason : error
    }
  }

  stopClock(): void {
    clearTimeout(this.#timer)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#follow)
  }
}

async function bodyOf(
  stream: ReadableStream<Uint8Array> | null,
  mostBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream ?? []) {
    length += chunk.length
    if (length > mostBytes) throw new ClusterFault(`an answer of more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}
