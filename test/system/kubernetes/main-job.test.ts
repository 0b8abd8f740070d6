import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { jobsUnderTest } from '../../support/fault-jobs.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables, shellService } from '../../support/kubernetes-variables.ts'
import { makeNamespace } from './namespace.ts'

let cluster: Cluster
let namespace = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

test('a job runs in a pod and its result can be read', async () => {
  await using jobs = await jobsUnderTest({
    variables: kubernetesVariables(cluster, namespace),
    services: {
      'copy.service.yaml': shellService(
        'copy',
        'cat /work/in/a.txt > /work/out/result; echo done',
        {
          inputs: [{ name: 'a.txt', kind: 'file', mountPath: '/work/in', required: true }],
        },
      ),
    },
  })
  const consumer = await jobs.consumer()
  await consumer.put('a.txt', 'hello')
  const id = await consumer.submit('copy')
  const ended = await consumer.ended(id)
  assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
  const output = await consumer.call('GET', `/jobs/${id}/outputs/result`)
  assert.equal(output.text, 'hello')
})
