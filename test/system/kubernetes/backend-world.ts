import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openCluster } from '../../../src/adapters/compute-kubernetes/cluster-client.ts'
import type { JobSettings } from '../../../src/adapters/compute-kubernetes/job-settings.ts'
import { KubernetesBackend } from '../../../src/adapters/compute-kubernetes/kubernetes-backend.ts'
import { noSignal, type SuiteWorld } from '../../contracts/compute-backend-harness.ts'
import { LocalStore } from '../../contracts/compute-local-store.ts'
import { hostAddress, type Cluster } from '../../support/kubernetes-cluster.ts'
import { agentImage, workerImages } from '../../support/kubernetes-variables.ts'

export interface KubernetesWorld extends SuiteWorld {
  readonly store: LocalStore
  readonly backend: KubernetesBackend
  /** A backend as a restarted service would make it. */
  readonly another: () => KubernetesBackend
  readonly settings: JobSettings
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }
function nothing() {
  return undefined
}

/** A backend on the cluster and an embedded store that pods reach, with an installation of the test's own. */
export async function kubernetesWorld(
  t: TestContext,
  cluster: Cluster,
  namespace: string,
): Promise<KubernetesWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'dsc-kubernetes-'))
  const store = await LocalStore.start(folder, hostAddress)
  const settings: JobSettings = {
    namespace,
    installationId: `test-${Math.random().toString(36).slice(2, 12)}`,
    agentImage,
    imagePullSecrets: [],
    allowRoot: true,
    kueueQueue: null,
    profiles: new Map(),
    storeCidrs: [],
    storePort: Number(new URL(store.endpoint).port),
  }
  const made: KubernetesBackend[] = []
  const another = () => {
    const backend = new KubernetesBackend({
      cluster: openCluster({ kubeconfigPath: cluster.kubeconfig, userAgent: 'dataspace-compute' }),
      settings,
      agentStoreUrl: store.endpoint,
      logDirectory: join(folder, `logs-${made.length}`),
      logStreams: 50,
      log: silent,
      startSeconds: 5,
    })
    made.push(backend)
    return backend
  }
  const backend = another()
  t.after(async () => {
    for (const ref of await backend.list(noSignal)) await backend.remove(ref, noSignal)
    for (const one of made) await one[Symbol.asyncDispose]()
    await store.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return { store, backend, another, settings, image: workerImages.busybox, withinMs: 120_000 }
}
