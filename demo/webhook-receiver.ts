import { setTimeout as pause } from 'node:timers/promises'
import type { Event } from './consumer.ts'
import { bodyOf, listen, type Listener } from './http.ts'
import { isGenuineWebhook } from './verify.ts'

export interface ReceivedEvent {
  readonly event: Event
  readonly isGenuine: boolean
  /** Whether the same request with another body would have been taken too. */
  readonly takesForgery: boolean
}

/** Where the consumer's backend is told of events. Nothing unsigned is believed. */
export class WebhookReceiver implements AsyncDisposable {
  /** By their number: a callback may come twice, and one that failed may come late. */
  readonly #received = new Map<number, ReceivedEvent>()
  /** Known once the subscription has been made. */
  secret = ''
  #listener: Listener | undefined

  async start(): Promise<string> {
    this.#listener = await listen((incoming, response) => {
      bodyOf(incoming).then(
        (body) => {
          const isGenuine = isGenuineWebhook(this.secret, incoming.headers, body)
          const takesForgery = isGenuineWebhook(this.secret, incoming.headers, `${body} `)
          response.writeHead(isGenuine ? 204 : 401).end()
          const event = JSON.parse(body) as Event
          this.#received.set(Number(event.sequence), { event, isGenuine, takesForgery })
        },
        () => response.destroy(),
      )
    })
    return `${this.#listener.url}/events`
  }

  /** Waits until an event of this type is here, and every one before it. In the order of their numbers. */
  async allUntil(
    type: string,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<readonly ReceivedEvent[]> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const numbers = [...this.#received.keys()].sort((a, b) => a - b)
      const events = numbers.flatMap((number) => this.#received.get(number) ?? [])
      const isWhole = numbers.every((number, index) => number === (numbers[0] ?? 0) + index)
      if (isWhole && events.some(({ event }) => event.type === type)) return events
      if (performance.now() > deadline)
        throw new Error(
          `no gapless callbacks up to ${type} within ${withinMs / 1000} s, only ${numbers.join(', ')}`,
        )
      await pause(20, undefined, { signal })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]()
  }
}
