import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FrozenWay } from './frozen-way.ts'
import type { World } from './namespace.ts'
import { deliveredOnce, podScenario } from './pod-scenario.ts'
import { agentEnded, workerEnded, workerRuns } from './pod-watch.ts'
import { waitingService } from './waiting-service.ts'

const text = 'the same text'

export function silentWatchesTest(world: World): void {
  test('watches fall silent without an end: the state follows after the limit of liveness', async (t) => {
    const { KUBECONFIG, way } = await frozenWayTo(world.cluster().kubeconfig, t)
    const scenario = await podScenario(t, world.cluster(), world.namespace(), {
      services: [waitingService()],
      variables: { KUBECONFIG },
    })
    await scenario.put('text.txt', text)
    const id = await scenario.submit('waiting', { WAIT: 'yes' })
    await scenario.pod(id, workerRuns)
    await scenario.is(id, 'RUNNING')
    way.freeze()
    const frozenAt = performance.now()
    await scenario.go(id)
    await scenario.pod(id, (pod) => workerEnded(pod) && agentEnded(pod))
    assert.equal((await scenario.job(id)).state, 'RUNNING')
    const ended = await scenario.ended(id, 110_000)
    const seconds = (performance.now() - frozenAt) / 1000
    t.diagnostic(`${ended.state} ${seconds.toFixed(1)} s after the connections fell silent`)
    assert.ok(seconds > 30, 'the silence was none')
    await deliveredOnce(scenario, id, text)
  })
}

/** A kubeconfig that leads to the API server through a way that can be frozen; the certificate is for this address. */
async function frozenWayTo(kubeconfigPath: string, t: TestContext) {
  const kubeconfig = readFileSync(kubeconfigPath, 'utf8')
  const server = /https:\/\/127\.0\.0\.1:(\d+)/.exec(kubeconfig)
  assert.ok(server, 'the kubeconfig names 127.0.0.1')
  const way = await FrozenWay.to(Number(server[1]))
  const folder = mkdtempSync(join(tmpdir(), 'dsc-way-'))
  t.after(async () => {
    await way[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  const path = join(folder, 'kubeconfig')
  writeFileSync(path, kubeconfig.replace(server[0], `https://127.0.0.1:${way.port}`), {
    mode: 0o600,
  })
  return { KUBECONFIG: path, way }
}
