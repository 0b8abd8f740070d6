import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { outputsListKey, outputsPrefix } from '../../../src/domain/bucket-layout.ts'
import type { StoreSessionDocument } from '../../../src/staging/credentials-file.ts'
import { shellService } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import type { World } from './namespace.ts'
import { agentPid, parentOf, stateOf } from './pod-processes.ts'
import { claimedAttempts, closing, podScenario, type PodScenario } from './pod-scenario.ts'
import { workerEnded } from './pod-watch.ts'

const script = 'cat /proc/sys/kernel/random/uuid > /work/out/result; cat /work/out/result'
/** Each attempt's result is another one. */
const unlike = (id: string, collectSeconds: number) =>
  shellService(id, script, { limits: { collectSeconds, graceSeconds: 5 } })

const opened = (t: TestContext, { cluster, namespace }: World) =>
  podScenario(t, cluster(), namespace(), {
    services: [unlike('unlike', 600), unlike('hasty', 10)],
  })

/** The first attempt's agent, stopped in the middle of its stage-out. */
async function frozenInStageOut(scenario: PodScenario, serviceId: string) {
  const outputs = scenario.way.hold('PUT', /\/attempts\/1\/outputs\/result/)
  const id = await scenario.submit(serviceId)
  await outputs.reached()
  const pod = await scenario.pod(id, workerEnded)
  const pid = agentPid(pod)
  process.kill(pid, 'SIGSTOP')
  await until('the agent is stopped', () => stateOf(pid) === 'T')
  return { id, outputs, pid, podName: pod.metadata?.name ?? '' }
}

interface Published {
  readonly manifest: {
    readonly attempt: number
    readonly outputs: readonly { readonly sha256: string; readonly key: string }[]
  }
}

async function published(scenario: PodScenario, id: string) {
  const { items } = await scenario.get<{ items: readonly { sha256: string }[] }>(
    `/jobs/${id}/outputs`,
  )
  const { manifest } = await scenario.get<Published>(`/jobs/${id}/manifest`)
  return {
    attempt: manifest.attempt,
    digests: [items[0]?.sha256, manifest.outputs[0]?.sha256],
    key: manifest.outputs[0]?.key,
    text: await scenario.output(id),
  }
}

export function frozenAgentTests(world: World): void {
  describe('an agent that is frozen in stage-out', { concurrency: true }, () => {
    test('ends with the grace period of its pod, and the next attempt delivers', async (t) => {
      const scenario = await opened(t, world)
      const { id, pid } = await frozenInStageOut(scenario, 'hasty')
      const ended = await scenario.ended(id)
      assert.deepEqual([ended.state, ended.attempt], ['SUCCEEDED', 2], JSON.stringify(ended))
      assert.equal(ended.attempts[0]?.failure?.class, 'system', JSON.stringify(ended.attempts))
      t.diagnostic(`its first attempt: ${ended.attempts[0].failure.code}`)
      assert.throws(() => process.kill(pid, 0), /ESRCH/)
      assert.equal((await published(scenario, id)).attempt, 2)
    })

    test('and goes on after the next attempt has succeeded: nothing of the second one changes', async (t) => {
      const scenario = await opened(t, world)
      const { id, outputs, pid, podName } = await frozenInStageOut(scenario, 'unlike')
      const { session } = await scenario.secretOf(id, 1)
      // A node that is out of reach: what runs there cannot be ended, and its pod is deleted by force.
      const runtime = parentOf(pid)
      process.kill(runtime, 'SIGSTOP')
      let before: Awaited<ReturnType<typeof published>>
      try {
        await scenario.kubectl('delete', 'pod', podName, '--force', '--grace-period=0')
        const ended = await scenario.ended(id)
        assert.deepEqual([ended.state, ended.attempt], ['SUCCEEDED', 2], JSON.stringify(ended))
        t.diagnostic(`its first attempt: ${ended.attempts[0]?.failure?.code}`)
        before = await published(scenario, id)
        assert.equal(before.attempt, 2)
        assert.equal(stateOf(pid), 'T')
        await cannotWrite(session, await scenario.bucket(), id)
        outputs.release()
        process.kill(pid, 'SIGCONT')
        await delivers(scenario, id, 1)
      } finally {
        process.kill(runtime, 'SIGCONT')
      }
      assert.deepEqual(await published(scenario, id), before)
      assert.deepEqual(await claimedAttempts(scenario, id), [1, 2])
      const { attempt, state } = await scenario.job(id)
      assert.deepEqual([state, attempt], ['SUCCEEDED', 2])
    })
  })
}

/** The session of the first attempt writes its own keys, and none of the second. */
async function cannotWrite(session: StoreSessionDocument, Bucket: string, id: string) {
  const { endpoint, region, ...credentials } = session
  using store = closing(new S3Client({ endpoint, region, forcePathStyle: true, credentials }))
  const put = (Key: string) =>
    store.client.send(new PutObjectCommand({ Bucket, Key, Body: 'forged' }))
  await put(`${outputsPrefix(id, 1)}other`)
  for (const key of [`${outputsPrefix(id, 2)}result`, outputsListKey(id, 2)]) {
    await assert.rejects(put(key), { name: 'AccessDenied' })
  }
}

/** The agent of an attempt that nobody waits for any more has written its report. */
async function delivers(scenario: PodScenario, id: string, attempt: number) {
  using store = closing(scenario.owner())
  const Bucket = await scenario.bucket()
  await until(
    `the report of attempt ${attempt}`,
    () =>
      store.client
        .send(new GetObjectCommand({ Bucket, Key: outputsListKey(id, attempt) }))
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof Error && error.name === 'NoSuchKey') return false
          throw error
        }),
    60_000,
  )
}
