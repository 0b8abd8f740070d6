import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { components } from '../../../src/generated/consumer.ts'
import { consumerClient, type ConsumerClient } from '../../support/consumer-client.ts'
import { openingBody, property } from '../../support/control-plane-under-test.ts'
import { nodeService } from '../../support/services.ts'
import {
  message,
  startSignaling,
  type SignalingUnderTest,
} from '../../support/signaling-fixture.ts'
import { until } from '../../support/until.ts'

/** What `POST /v1/credentials` answers. */
export type Session = components['schemas']['Credentials']
type Wish = components['schemas']['CredentialsRequest']

/** A consumer with an agreement of its own: a running data flow, and a workspace with a job's result. */
export interface Party {
  readonly consumer: ConsumerClient
  readonly session: Session
  credentials(wish?: Partial<Wish>): Promise<Session>
  signal(kind: 'suspend' | 'resume' | 'terminate'): Promise<void>
}

export const resultText = 'the result of a job\n'
const writeResult = `require('node:fs').writeFileSync(process.env.ROOT + '/out/out.txt', ${JSON.stringify(resultText)})`

/** The whole service, with sessions as short as they are asked for, and a compute service. */
export const startWithCompute = (): Promise<SignalingUnderTest> =>
  startSignaling({
    services: { 'result.service.yaml': nodeService('result', writeResult) },
    overrides: { minimumSessionSeconds: 1 },
  })

/** Opens an agreement as a connector does, runs a job and asks for credentials. */
export async function openParty(signaling: SignalingUnderTest): Promise<Party> {
  const opening = openingBody({ agreementId: randomUUID() })
  const started = await signaling.send('start', opening)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const endpoint = started.body.dataAddress?.endpoint ?? ''
  const consumer = consumerClient(endpoint, property(started, 'authorization'))
  const credentials = async (wish: Partial<Wish> = {}) => {
    const answer = await consumer.call('POST', '/credentials', wish)
    assert.equal(answer.status, 200, answer.text)
    return answer.body as Session
  }
  await runJob(consumer)
  const session = await credentials()
  return {
    consumer,
    session,
    credentials,
    signal: async (kind) => {
      const { status } = await signaling.send(`${opening.processId}/${kind}`, message())
      assert.equal(status, 200)
    },
  }
}

async function runJob(consumer: ConsumerClient): Promise<void> {
  const job = await consumer.call('POST', '/jobs', { serviceId: 'result' })
  assert.equal(job.status, 201, job.text)
  const { id } = job.body as { id: string }
  await until('the job succeeds', async () => {
    const seen = await consumer.call('GET', `/jobs/${id}`)
    const { state } = seen.body as { state: string }
    assert.ok(state !== 'FAILED' && state !== 'CANCELLED', seen.text)
    return state === 'SUCCEEDED'
  })
}
