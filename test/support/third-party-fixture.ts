import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import { property, type SignalingAnswer } from './control-plane-under-test.ts'
import { startSignaling } from './signaling-fixture.ts'
import { until } from './until.ts'

/** What third parties deliver. */
export const content = randomBytes(3 * 1024 * 1024)
export const sha256 = createHash('sha256').update(content).digest('hex')

/** One service with one control plane, and looks at its third-party flows. */
export async function startThirdParty() {
  const signaling = await startSignaling()
  const { read } = signaling.under.service.app.database
  return {
    ...signaling,
    read,
    /** A workspace of a compute agreement, with its consumer. */
    openWorkspace: async () => {
      const agreementId = randomUUID()
      const answer = await signaling.start({ agreementId })
      const { endpoint } = answer.body.dataAddress ?? assert.fail('no address')
      const consumer = consumerClient(endpoint, property(answer, 'authorization'))
      return { agreementId, workspace: property(answer, 'workspaceId'), consumer }
    },
    transferOf: async (processId: string) => {
      const flow = await read.flows.first({ processId })
      const transfer = await read.transfers.get({ id: flow?.transferId ?? '' })
      return transfer ?? assert.fail('no transfer')
    },
    becomes: (processId: string, state: string) =>
      until(`the state ${state}`, async () => (await signaling.state(processId)) === state),
    /** Waits until these are all the callbacks of a process. */
    told: (processId: string, kinds: readonly string[]) =>
      until(`the callbacks ${kinds.join(', ')}`, () =>
        Promise.resolve(signaling.plane.kindsOf(processId).join() === kinds.join()),
      ),
  }
}

export type ThirdParty = Awaited<ReturnType<typeof startThirdParty>>

/** Where a pull reads from. */
export const address = (endpoint: string, token = 'source-token') => ({
  '@type': 'DataAddress',
  endpointType: 'HttpData-PULL',
  endpoint,
  endpointProperties: [
    { '@type': 'EndpointProperty', name: 'authorization', value: token },
    { '@type': 'EndpointProperty', name: 'authType', value: 'bearer' },
  ],
})

/** POSTs in chunks, as a connector's data plane does. `hold` is waited for in the middle. */
export async function push(answer: SignalingAnswer, bytes: Buffer, hold?: () => Promise<unknown>) {
  const { endpoint } = answer.body.dataAddress ?? assert.fail('no address')
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>()
  const outgoing = request(
    endpoint,
    {
      method: 'POST',
      headers: {
        authorization: property(answer, 'authorization'),
        'content-type': 'application/octet-stream',
        'transfer-encoding': 'chunked',
      },
    },
    (response) => {
      json(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    },
  )
  outgoing.once('error', reject)
  const middle = Math.floor(bytes.length / 2)
  outgoing.write(bytes.subarray(0, middle))
  if (hold !== undefined) await hold()
  for (let at = middle; at < bytes.length; at += 65_536) {
    outgoing.write(bytes.subarray(at, Math.min(at + 65_536, bytes.length)))
    await nextTurn()
  }
  outgoing.end()
  return promise
}

interface ShownInput {
  readonly name: string
  readonly state: string
  readonly bytes: number
  readonly sha256: string | null
  readonly origin: { readonly type: string }
}

export async function inputOf(consumer: ConsumerClient, name: string): Promise<ShownInput> {
  const { items } = (await consumer.call('GET', '/inputs')).body as { items: ShownInput[] }
  return items.find((input) => input.name === name) ?? assert.fail(`no input ${name}`)
}
