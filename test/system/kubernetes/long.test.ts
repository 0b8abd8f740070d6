import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { shellService, workerImages } from '../../support/kubernetes-variables.ts'
import { residentMemory } from '../../support/resident-memory.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'
import { agentPid } from './pod-processes.ts'
import { podScenario } from './pod-scenario.ts'
import { workerRuns } from './pod-watch.ts'

let cluster: Cluster
let namespace = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await cluster.down()
})

/** The shortest session that agents in pods may have. */
const sessionSeconds = 300
const runSeconds = sessionSeconds + 30

const long = shellService('long', `sleep ${runSeconds} & wait $!; echo late > /work/out/result`, {
  limits: { runSeconds: 600 },
})

const mebibyte = 1024 * 1024
const outputBytes = 2048 * mebibyte
const mostGrowth = 64

const large = {
  id: 'large',
  title: 'large',
  datasets: ['*'],
  worker: { image: workerImages.python, env: { BYTES: String(outputBytes) } },
  inputs: [],
  outputs: [{ name: 'data.bin', kind: 'file', required: true }],
  outputDirectory: '/home/user/out',
}

const opened = (t: TestContext) =>
  podScenario(t, cluster, namespace, {
    services: [long, large],
    direct: true,
    variables: { DSC_SESSION_SECONDS: String(sessionSeconds) },
  })

describe('jobs that take long or leave much', { concurrency: true }, () => {
  test('a job longer than the session of its agent: the session is renewed, and the output is there', async (t) => {
    const scenario = await opened(t)
    const id = await scenario.submit('long')
    await scenario.pod(id, workerRuns)
    const seen = [await scenario.agentSecret(id, 1)]
    await until(
      'the session is renewed twice',
      async () => {
        const now = await scenario.agentSecret(id, 1)
        if (now.version !== seen.at(-1)?.version) seen.push(now)
        if (seen.length === 3) return true
        await pause(1000)
        return false
      },
      (runSeconds + 10) * 1000,
    )
    const ended = await scenario.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.ok(ended.usage.wallSeconds > sessionSeconds)
    assert.ok(new Date(seen[0]?.session.expiresAt ?? 0) < new Date(ended.endedAt ?? 0))
    assert.equal(await scenario.output(id), 'late\n')
    for (const { version, session } of seen) {
      t.diagnostic(`version ${version} until ${session.expiresAt}`)
    }
  })

  test('2 GiB of a worker that is not root arrive bit by bit, with little memory of the agent', async (t) => {
    const scenario = await opened(t)
    const id = await scenario.submit('large')
    const pod = await scenario.pod(id, workerRuns)
    const memory = residentMemory(agentPid(pod))
    const base = memory.now()
    memory.reset()
    let peak = base
    const ended = await scenario.when(id, 'its end', ({ state }) => {
      try {
        peak = Math.max(peak, memory.peak())
      } catch {
        // The agent has ended.
      }
      return state === 'SUCCEEDED' || state === 'FAILED'
    })
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    t.diagnostic(`agent: ${base.toFixed(0)} MiB waiting, ${peak.toFixed(0)} MiB at most`)
    const log = await scenario.client().call('GET', `/jobs/${id}/logs`)
    const written = /^sha256 ([0-9a-f]{64})$/m.exec(log.text)?.[1]
    const read = await download(
      `${scenario.service().urls.consumerUrl}/v1/jobs/${id}/outputs/data.bin`,
      scenario.token,
    )
    assert.deepEqual(read, { bytes: outputBytes, sha256: written })
    assert.ok(peak > base, 'the peak was not seen')
    assert.ok(peak - base <= mostGrowth, `${(peak - base).toFixed(0)} MiB above the base`)
  })
})

async function download(url: string, token: string) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(response.status, 200)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
