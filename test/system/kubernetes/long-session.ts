import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openCluster } from '../../../src/adapters/compute-kubernetes/cluster-client.ts'
import { jobsUnderTest } from '../../support/fault-jobs.ts'
import { kubernetesVariables, shellService } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { agentSecret } from './agent-secret.ts'
import type { World } from './namespace.ts'

/** The shortest session that agents in pods may have; by itself the store gives none below 900 s. */
const sessionSeconds = 300
const runSeconds = sessionSeconds + 30

const long = shellService('long', `sleep ${runSeconds} & wait $!; echo late > /work/out/result`, {
  limits: { runSeconds: 600 },
})

export function longSessionTest(world: World): void {
  test('a job longer than the session of its agent: the session is renewed, and the output is there', async (t) => {
    const [cluster, namespace] = [world.cluster(), world.namespace()]
    await using jobs = await jobsUnderTest({
      services: { 'long.service.yaml': long },
      variables: {
        ...kubernetesVariables(cluster, namespace),
        DSC_SESSION_SECONDS: String(sessionSeconds),
      },
      overrides: { minimumSessionSeconds: sessionSeconds },
    })
    await using reader = openCluster({ kubeconfigPath: cluster.kubeconfig, userAgent: 'test' })
    const consumer = await jobs.consumer((runSeconds + 60) * 1000)
    const id = await consumer.submit('long')
    await consumer.is(id, 'RUNNING')
    const session = () => agentSecret(reader, namespace, { jobId: id, attempt: 1 })
    const seen = [await session()]
    await until(
      'the session is renewed twice',
      async () => {
        const now = await session()
        if (now.version !== seen.at(-1)?.version) seen.push(now)
        if (seen.length === 3) return true
        await pause(1000)
        return false
      },
      (runSeconds + 10) * 1000,
    )
    const ended = await consumer.ended(id)
    for (const { version, session } of seen) {
      t.diagnostic(`version ${version} until ${session.expiresAt}`)
    }
    assert.deepEqual([ended.state, ended.attempt], ['SUCCEEDED', 1], JSON.stringify(ended))
    assert.ok(new Date(seen[0]?.session.expiresAt ?? 0) < new Date(ended.endedAt ?? 0))
    assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, 'late\n')
  })
}
