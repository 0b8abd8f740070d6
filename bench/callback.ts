import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { openWorkspaceOf } from '../test/support/large-workspace.ts'
import { startServiceChild } from '../test/support/service-child.ts'
import { definitions } from './definitions.ts'
import { atMost, quantile, type Figure } from './figure.ts'
import { inFolder } from './in-folder.ts'
import { until } from '../test/support/until.ts'

const events = 200
const warmUp = 20
const pauseMs = 25

/** From the time that an event carries to the arrival of its callback, whose signature holds. */
export const callback = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    await using receiver = await startReceiver()
    const directory = join(folder, 'service')
    await mkdir(directory)
    await using service = await startServiceChild({ directory, ...definitions })
    const consumer = await openWorkspaceOf(service)
    const made = await consumer.call('POST', '/subscriptions', { url: receiver.url })
    if (made.status !== 201) throw new Error(made.text)
    receiver.trust((made.body as { readonly secret: string }).secret)
    for (let index = 0; index < events + warmUp; index += 1) {
      const job = { serviceId: 'waits', start: 'when-inputs-ready' }
      const { status, text } = await consumer.call('POST', '/jobs', job)
      if (status !== 201) throw new Error(text)
      await delay(pauseMs)
    }
    await until('all callbacks', () => receiver.delaysMs.length >= events + warmUp, 60_000)
    const delays = receiver.delaysMs.slice(warmUp)
    const p99 = quantile(delays, 0.99)
    const common = { bench: 'callback', unit: 'ms', rounds: delays.length } as const
    const figure = 'event to signed callback received'
    return [
      { ...common, figure: `${figure}, p50`, value: quantile(delays, 0.5) },
      { ...common, figure: `${figure}, p99`, value: p99, aim: atMost(p99, 200, 'ms') },
    ]
  })

async function startReceiver() {
  const delaysMs: number[] = []
  let webhook: Webhook | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const arrivedAt = performance.timeOrigin + performance.now()
      const body = Buffer.concat(chunks).toString('utf8')
      response.writeHead(204).end()
      const event = JSON.parse(body) as { readonly type: string; readonly time: string }
      if (webhook === undefined || !event.type.includes('job.')) return
      webhook.verify(body, request.headers as Record<string, string>)
      delaysMs.push(arrivedAt - Date.parse(event.time))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/events`,
    delaysMs,
    trust: (secret: string) => {
      webhook = new Webhook(secret)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
