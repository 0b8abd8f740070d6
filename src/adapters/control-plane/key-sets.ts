import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Outbound } from '../../application/ports/outbound.ts'
import { bounds } from '../../domain/bounds.ts'
import { ProblemError } from '../../domain/problem.ts'

const { keySetMs, keySetBytes, keysFreshMs, keysAgainMs, retrySeconds } = bounds.tokens

/** Finds the key of a token; a new one for each set that was read. */
export type Keys = JWTVerifyGetKey

/** The key set at one address: kept for a while, and read by one request at a time. */
export class KeySet {
  readonly #url: string
  readonly #outbound: Outbound
  readonly #now: () => Date
  #keys: { readonly keys: Keys; readonly at: number } | undefined
  #reading: Promise<Keys> | undefined
  #failed: { readonly error: unknown; readonly at: number } | undefined
  #unknownAt = -Infinity

  constructor(url: string, outbound: Outbound, now: () => Date) {
    this.#url = url
    this.#outbound = outbound
    this.#now = now
  }

  /** Throws `issuer-unavailable`. */
  current(): Promise<Keys> {
    const known = this.#keys
    return known !== undefined && this.#isWithin(known.at, keysFreshMs)
      ? Promise.resolve(known.keys)
      : this.#read()
  }

  /**
   * Keys that were read after `known`, which lacks the key of a token: its issuer may have a new one. Undefined when that
   * was asked a moment ago, since anybody can make up names of keys. Throws `issuer-unavailable`.
   */
  async newerThan(known: Keys): Promise<Keys | undefined> {
    if (this.#keys !== undefined && this.#keys.keys !== known) return this.#keys.keys
    if (this.#reading === undefined) {
      if (this.#isWithin(this.#unknownAt, keysAgainMs)) return undefined
      this.#unknownAt = this.#now().getTime()
    }
    return this.#read()
  }

  #isWithin(at: number, ms: number): boolean {
    const age = this.#now().getTime() - at
    return age >= 0 && age < ms
  }

  #read(): Promise<Keys> {
    if (this.#reading !== undefined) return this.#reading
    const failed = this.#failed
    if (failed !== undefined && this.#isWithin(failed.at, keysAgainMs))
      return Promise.reject(unavailable(failed.error))
    this.#reading = this.#fetchKeys().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #fetchKeys(): Promise<Keys> {
    try {
      const keys = await readKeys(this.#outbound, this.#url)
      this.#keys = { keys, at: this.#now().getTime() }
      this.#failed = undefined
      return keys
    } catch (error) {
      this.#failed = { error, at: this.#now().getTime() }
      throw unavailable(error)
    }
  }
}

/** Reads the key set at an address of configuration. Throws why not. */
export async function readKeys(outbound: Outbound, url: string): Promise<Keys> {
  const answer = await outbound.send(
    {
      method: 'GET',
      url,
      headers: { accept: 'application/jwk-set+json, application/json' },
      trust: 'operator',
      timeoutMs: keySetMs,
      maxResponseBytes: keySetBytes,
    },
    AbortSignal.timeout(keySetMs * 2),
  )
  if (answer.status !== 200)
    throw new Error(`the key set at ${new URL(url).origin} answers ${answer.status}`)
  try {
    // What is no key set is refused by jose.
    return createLocalJWKSet(JSON.parse(answer.body) as JSONWebKeySet)
  } catch {
    throw new Error(`what ${new URL(url).origin} answers is no key set`)
  }
}

/** The reason is for the log: it names an address of the operator's. */
const unavailable = (cause: unknown) =>
  new ProblemError('issuer-unavailable', 'The keys that check this token cannot be read now.', {
    retryAfterSeconds: retrySeconds,
    cause,
  })
