import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
  type ControlPlaneUnderTest,
  type MessageOptions,
  type SignalingAnswer,
} from './control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest, type Setup } from './service-under-test.ts'
import { until } from './until.ts'

/** The fields of the consumer API's answers that these tests read. */
export interface Seen {
  readonly id: string
  readonly state: string
  readonly stateReason: { readonly code: string } | null
  readonly failure: {
    readonly class: string
    readonly code: string
    readonly message: string
  } | null
  readonly code: string
  readonly bytes: number
  readonly bytesDone: number
  readonly objects: number
  readonly sha256: string | null
  readonly endCause: string | null
  readonly deletionReportUrl: string
  readonly store: { readonly bucket: string }
  readonly callbackAddress: { readonly uri: string }
  readonly dataDestination: { readonly baseUrl: string; readonly authCode: string }
  readonly items: readonly Seen[]
  readonly type: string
  readonly access_token: string
  readonly refresh_token: string
}

/** One flow of an agreement, and the consumer that its token makes. */
export interface OpenedFlow {
  readonly processId: string
  readonly agreementId: string
  readonly started: SignalingAnswer
  readonly consumer: ConsumerClient
  /** Calls, and gives status and body. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Asked>
  /** Sends a later message of the flow. */
  tell(message: 'suspend' | 'resume' | 'terminate'): Promise<SignalingAnswer>
  /** Waits until the thing at a path is in one of these states. */
  reaches(path: string, ...states: string[]): Promise<Seen>
}

export interface Asked {
  readonly status: number
  readonly seen: Seen
  readonly text: string
}

export interface World extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly plane: ControlPlaneUnderTest
  /** Seconds that the service's clock is ahead. */
  advance(seconds: number): void
  open(options?: MessageOptions): Promise<OpenedFlow>
}

/** One service with one control plane, and a clock that can be put forward. */
export async function startWorld(setup: Setup = {}): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const plane = opened.use(await startControlPlane())
  let ahead = 0
  const under = await startUnderTest({
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane) },
    ...setup,
    overrides: { now: () => new Date(Date.now() + ahead * 1000), ...setup.overrides },
  })
  opened.use(under)
  const kept = opened.move()
  return {
    under,
    plane,
    advance: (seconds) => {
      ahead += seconds
      under.service.controller.wake()
    },
    open: (options) => openFlow(under, options),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function openFlow(under: ServiceUnderTest, options: MessageOptions = {}) {
  const opening = openingBody(options)
  const started = await signal(under.connectorUrl, 'start', opening)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const consumer = consumerClient(`${under.consumerUrl}/v1`, property(started, 'authorization'))
  const flow = followFlow(under, opening, consumer)
  await flow.reaches('/workspace', 'READY')
  return { ...flow, started }
}

/** What a holder of a token does. */
export function followFlow(
  under: ServiceUnderTest,
  { processId, agreementId }: { readonly processId: string; readonly agreementId: string },
  consumer: ConsumerClient,
): Omit<OpenedFlow, 'started'> {
  const ask: OpenedFlow['ask'] = async (method, path, body, headers) => {
    const { status, body: seen, text } = await consumer.call(method, path, body, headers)
    return { status, seen, text }
  }
  return {
    processId,
    agreementId,
    consumer,
    ask,
    tell: (message) =>
      signal(under.connectorUrl, `${processId}/${message}`, { messageId: randomUUID() }),
    reaches: async (path, ...states) => {
      let last = ''
      try {
        return await until(path, async () => {
          const { seen, text } = await ask('GET', path)
          last = text
          return states.includes(seen.state) && seen
        })
      } catch (cause) {
        throw new Error(`${path} is not ${states.join(' or ')}: ${last}`, { cause })
      }
    },
  }
}

/** A client of the store with credentials that the flow's token gives. */
export async function storeClient(flow: Pick<OpenedFlow, 'consumer'>) {
  const { status, body, text } = await flow.consumer.call('POST', '/credentials', {})
  assert.equal(status, 200, text)
  const given = body as Readonly<Record<string, string>>
  const field = (name: string) => given[name] ?? ''
  const s3 = new S3Client({
    endpoint: field('endpoint'),
    region: field('region'),
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: {
      accessKeyId: field('accessKeyId'),
      secretAccessKey: field('secretAccessKey'),
      sessionToken: field('sessionToken'),
    },
  })
  return { s3, bucket: field('bucket') }
}

/** The HTTP status of a refused store request; 200 when it was not refused. */
export async function storeStatus(request: Promise<unknown>): Promise<number> {
  try {
    await request
    return 200
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
    if ($metadata?.httpStatusCode === undefined) throw error
    return $metadata.httpStatusCode
  }
}

/** Bytes of a mebibyte. */
export const MiB = 1024 * 1024
