import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumerClient } from '../support/consumer-client.ts'
import { openingBody, property } from '../support/control-plane-under-test.ts'
import { nodeService } from '../support/services.ts'
import { startSignaling } from '../support/signaling-fixture.ts'
import { until } from '../support/until.ts'

const script = "require('node:fs').writeFileSync(process.env.ROOT + '/out/out.txt', 'done')"

test('a job submitted at once after the start waits for the bucket, and succeeds', async () => {
  await using signaling = await startSignaling({
    services: { 'early.service.yaml': nodeService('early', script) },
  })
  const started = await signaling.send('start', openingBody())
  const endpoint = started.body.dataAddress?.endpoint ?? ''
  const consumer = consumerClient(endpoint, property(started, 'authorization'))
  const job = await consumer.call('POST', '/jobs', { serviceId: 'early' })
  assert.equal(job.status, 201, job.text)
  const { id } = job.body as { id: string }
  const ended = await until('the end of the job', async () => {
    const seen = await consumer.call('GET', `/jobs/${id}`)
    const { state } = seen.body as { state: string }
    return ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(state) && { state, text: seen.text }
  })
  assert.equal(ended.state, 'SUCCEEDED', ended.text)
})
