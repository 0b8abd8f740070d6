import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { until } from '../../support/until.ts'
import { compute, consumer, startJourney, type Opened } from './journey.ts'
import { nothingIsLeft, storeAccess } from './nothing-left.ts'
import { inputs, jobReaches, put, submit } from './steps.ts'

const codeOf = async ({ consumer: client }: Pick<Opened, 'consumer'>) => {
  const { status, body } = await client.call('GET', '/inputs')
  return `${status} ${(body as { readonly code?: string }).code ?? ''}`.trim()
}

test('a transfer that is suspended opens nothing; resumed, its consumer gets a fresh address, and the old one works too', async () => {
  await using journey = await startJourney()
  const opened = await journey.openNew('endless')
  const { consumerId, providerId } = opened
  const store = await storeAccess(opened)
  const list = () =>
    store.s3.send(new ListObjectsV2Command({ Bucket: store.bucket, Prefix: 'inputs/' }))
  await put(opened, 'kept.csv', 'a,b')
  const job = await submit(opened, 'endless')
  await jobReaches(opened, job, 'RUNNING')

  for (const round of [1, 2]) {
    await consumer.transfers.suspend(consumerId)
    await compute.transfers.reaches(providerId, 'SUSPENDED')
    await until('403', async () => (await codeOf(opened)) === '403 workspace-suspended')
    const credentials = await opened.consumer.call('POST', '/credentials', {})
    assert.equal(credentials.status, 403)
    await until('no access by S3', () =>
      list().then(
        () => false,
        () => true,
      ),
    )
    const { state } = await journey.manage<{ readonly state: string }>(`jobs/${job}`)
    assert.equal(state, 'RUNNING', 'a job goes on')

    await consumer.transfers.resume(consumerId)
    await consumer.transfers.reaches(consumerId, 'STARTED')
    const fresh = await journey.backend.access(consumerId, round + 1)
    assert.notEqual(fresh.token, opened.token)
    assert.equal(fresh.workspaceId, opened.workspaceId)
    for (const one of [opened, fresh])
      await until('open', async () => (await codeOf(one)) === '200')
    assert.deepEqual(await inputs({ ...opened, ...fresh }), { 'kept.csv': 'AVAILABLE' })
    await until('access by S3', () =>
      list().then(
        () => true,
        () => false,
      ),
    )
  }

  await consumer.transfers.suspend(consumerId)
  await compute.transfers.reaches(providerId, 'SUSPENDED')
  await consumer.transfers.terminate(consumerId)
  await compute.transfers.ended(providerId)
  await journey.manage(`workspaces/${opened.workspaceId}/close`, 'POST')
  await nothingIsLeft(journey, { transfers: [opened], store })
})

test('suspended and resumed by the provider; our restart in between changes nothing', async () => {
  await using journey = await startJourney()
  const opened = await journey.openNew('endless')
  const { consumerId, providerId } = opened
  const store = await storeAccess(opened)
  await compute.transfers.suspend(providerId)
  await consumer.transfers.reaches(consumerId, 'SUSPENDED')
  await until('403', async () => (await codeOf(opened)) === '403 workspace-suspended')
  await journey.kill()
  await journey.startAgain()
  assert.equal(await codeOf(opened), '403 workspace-suspended')
  await compute.transfers.resume(providerId)
  await consumer.transfers.reaches(consumerId, 'STARTED')
  const fresh = await journey.backend.access(consumerId, 2)
  assert.equal(await codeOf(fresh), '200')
  await opened.consumer.call('DELETE', '/workspace')
  await nothingIsLeft(journey, { transfers: [opened], store })
})
