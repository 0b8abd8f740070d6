import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import { openingBody, property, signal } from './control-plane-under-test.ts'
import type { ServiceChild } from './service-child.ts'
import { until } from './until.ts'

/** Opens a workspace through the connector and waits until it can be used. */
export async function openWorkspaceOf({
  connectorUrl,
  consumerUrl,
}: Pick<ServiceChild, 'connectorUrl' | 'consumerUrl'>): Promise<ConsumerClient> {
  const started = await signal(connectorUrl, 'start', openingBody())
  const consumer = consumerClient(`${consumerUrl}/v1`, property(started, 'authorization'))
  await until('the workspace is ready', async () => {
    const { body } = await consumer.call('GET', '/workspace')
    return (body as { readonly state: string }).state === 'READY'
  })
  return consumer
}

export interface TransferSeen {
  readonly id: string
  readonly state: string
  readonly bytesDone: number
  readonly sha256: string | null
}

export async function beginPull(consumer: ConsumerClient, input: string, url: string) {
  const { status, body, text } = await consumer.call('POST', '/transfers', {
    input,
    source: { type: 'https', url },
  })
  if (status !== 201) throw new Error(`no transfer: ${text}`)
  return (body as TransferSeen).id
}

export async function transferOf(consumer: ConsumerClient, id: string): Promise<TransferSeen> {
  return (await consumer.call('GET', `/transfers/${id}`)).body
}

/** Waits for the end, which has to be a good one. */
export async function pulled(consumer: ConsumerClient, id: string): Promise<TransferSeen> {
  const ended = await until(
    'the end of the pull',
    async () => {
      const seen = await transferOf(consumer, id)
      return ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(seen.state) && seen
    },
    170_000,
  )
  if (ended.state !== 'SUCCEEDED') throw new Error(JSON.stringify(ended))
  return ended
}
