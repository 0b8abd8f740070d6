import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { shellService, workerImages } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { assertFailure, podJobs } from './pod-jobs.ts'

const quota = (hard: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small' },
  spec: { hard },
})

const resources = { cpu: '200m', memory: '64Mi' }

const command = ['/bin/sh', '-c', 'echo $SAID > /work/out/result']
/** With a variable, and so a Secret for the worker beside the agent's. */
const worker = { image: workerImages.busybox, command, env: { SAID: 'made' } }

const services = () => [
  shellService('short', '', { worker, resources, limits: { queueSeconds: 14, attempts: 2 } }),
  shellService('long', '', { worker, resources }),
]

const refusals = [
  {
    what: 'a quota on pods refuses the pod of a Job',
    hard: { pods: '0' },
    roomy: { pods: '5' },
    says: /exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0/,
  },
  {
    what: 'a quota on processors refuses the pod of a Job',
    hard: { 'requests.cpu': '100m' },
    roomy: { 'requests.cpu': '2' },
    says: /exceeded quota: small, requested: requests.cpu=2[0-9]{2}m/,
  },
  {
    what: 'a quota on Jobs refuses the Job itself',
    hard: { 'count/jobs.batch': '0' },
    roomy: { 'count/jobs.batch': '5' },
    says: /exceeded quota: small, requested: count\/jobs.batch=1/,
  },
  {
    what: 'a quota on Secrets refuses what the pod mounts',
    hard: { 'count/secrets': '0' },
    roomy: { 'count/secrets': '9' },
    says: /exceeded quota: small, requested: count\/secrets=1/,
  },
]

describe('failures by quota', { concurrency: 4 }, () => {
  for (const { what, hard, roomy, says } of refusals) {
    it(`queue-timeout: ${what}; it waits, ends in time, and runs when there is room`, async () => {
      await using world = await podJobs({ services, objects: [quota(hard)] })
      await until(
        'the quota is counted',
        async () =>
          (await world.kubectl(['get', 'quota', 'small', '-o', 'jsonpath={.status.used}'])) !== '',
      )
      const consumer = await world.consumer()
      const begun = performance.now()
      const id = await consumer.submit('short')
      const { stateReason } = await consumer.when(id, 'a reason', (job) => job.stateReason !== null)
      assert.equal(stateReason?.code, 'unschedulable')
      assert.match(stateReason.message, says)
      const ended = await consumer.ended(id)
      assert.ok(performance.now() - begun < 40_000)
      assert.equal(ended.state, 'FAILED')
      assertFailure(ended, { code: 'queue-timeout', says, exitCode: null })
      assert.equal(ended.attempts.length, 1)
      await world.nothingStays(id)

      const later = await consumer.submit('long')
      await consumer.when(later, 'a reason', (job) => says.test(job.stateReason?.message ?? ''))
      await world.kubectl([
        'patch',
        'quota',
        'small',
        '-p',
        JSON.stringify({ spec: { hard: roomy } }),
      ])
      const second = await consumer.ended(later)
      assert.equal(second.state, 'SUCCEEDED', JSON.stringify(second))
      assert.equal(second.attempts.length, 1)
      assert.equal((await consumer.call('GET', `/jobs/${later}/outputs/result`)).text, 'made\n')
      await world.nothingStays(later)
    })
  }
})
