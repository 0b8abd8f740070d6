import type { components } from '../src/generated/consumer.ts'
import { request, type Answer } from './http.ts'

type Schemas = components['schemas']
export type Credentials = Schemas['Credentials']
export type Event = Schemas['Event']
export type Job = Schemas['Job']
export type Manifest = Schemas['Manifest']
export type SignedManifest = Schemas['SignedManifest']
export type Subscription = Schemas['SubscriptionWithSecret']
export type Transfer = Schemas['Transfer']
export type Workspace = Schemas['Workspace']

/** The consumer's backend: a program that knows an address and a token, and speaks HTTP. */
export class Consumer {
  readonly endpoint: string
  readonly token: string
  readonly #signal: AbortSignal

  constructor(endpoint: string, token: string, signal: AbortSignal) {
    this.endpoint = endpoint
    this.token = token
    this.#signal = signal
  }

  /** The answer, whatever its status. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return request(this.#signal, method, `${this.endpoint}${path}`, this.#headers(), body)
  }

  /** The answer's document; anything but success is thrown with what the service says about it. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body)
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer.json as T
  }

  async download(path: string): Promise<Buffer> {
    const response = await this.#open(path)
    return Buffer.from(await response.arrayBuffer())
  }

  /** Lines of a log as they are written, until the attempt has ended. */
  followLog(jobId: string): AsyncGenerator<string> {
    return this.#lines(`/jobs/${jobId}/logs?follow=true`)
  }

  /**
   * What happens in the workspace, live (server-sent events), from its first event on. Beside the numbered events there
   * is the progress of running transfers, which has no number.
   */
  async *events(): AsyncGenerator<Event | { readonly progress: Transfer }, undefined> {
    let type = ''
    for await (const line of this.#lines('/events', { accept: 'text/event-stream' })) {
      if (line.startsWith('event: ')) type = line.slice('event: '.length)
      if (!line.startsWith('data: ')) continue
      const data = JSON.parse(line.slice('data: '.length)) as Event & { transfer: Transfer }
      yield type === 'transfer.progress' ? { progress: data.transfer } : data
    }
    return undefined
  }

  async *#lines(path: string, headers: Record<string, string> = {}): AsyncGenerator<string> {
    const response = await this.#open(path, headers)
    let rest = ''
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (rest !== '') yield rest
  }

  async #open(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(`${this.endpoint}${path}`, {
      headers: { ...this.#headers(), ...headers },
      signal: this.#signal,
    })
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`)
    return response
  }

  #headers() {
    return { authorization: `Bearer ${this.token}` }
  }
}
