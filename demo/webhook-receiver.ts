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
  readonly received: ReceivedEvent[] = []
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
          this.received.push({ event: JSON.parse(body) as Event, isGenuine, takesForgery })
        },
        () => response.destroy(),
      )
    })
    return `${this.#listener.url}/events`
  }

  /** Waits until an event of this type is here. */
  async until(type: string, withinMs: number, signal: AbortSignal): Promise<Event> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = this.received.find(({ event }) => event.type === type)
      if (found !== undefined) return found.event
      if (performance.now() > deadline)
        throw new Error(`no callback ${type} within ${withinMs / 1000} s`)
      await pause(20, undefined, { signal })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]()
  }
}
