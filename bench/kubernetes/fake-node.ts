import { setTimeout as delay } from 'node:timers/promises'
import type { V1Pod, V1PodStatus } from '@kubernetes/client-node'
import { until } from '../../test/support/until.ts'
import type { ApiServer } from './api-server.ts'
import { startFakeKubelet, type FakeKubelet } from './fake-kubelet.ts'
import { Lanes } from './lanes.ts'
import { podEnded, podRuns, podStages } from './pod-statuses.ts'

/** Pods with this node selector and toleration come here, and no others do. */
export const nodeKey = 'dataspace-compute-bench'

const heartbeatMs = 10_000
const lanes = 24

export interface FakeNodeOptions {
  readonly api: ApiServer
  readonly name: string
  /** Called when the worker runs; it ends when this resolves, with this exit code. */
  readonly work: (pod: V1Pod) => Promise<number>
}

/**
 * A node without containers: the scheduler binds pods to it, and it tells of them what a kubelet tells when agent and
 * worker run at once and end: three changes of the status.
 */
export class FakeNode implements AsyncDisposable {
  readonly #options: FakeNodeOptions
  readonly #stop = new AbortController()
  readonly #kubelet: FakeKubelet
  readonly #lanes: Lanes
  readonly #lives = new Set<string>()
  #fault: Error | null = null
  readonly #running: Promise<unknown>

  private constructor(options: FakeNodeOptions, kubelet: FakeKubelet) {
    this.#options = options
    this.#kubelet = kubelet
    this.#lanes = new Lanes(lanes, this.#fail)
    const path = `/api/v1/pods?watch=true&allowWatchBookmarks=true&fieldSelector=spec.nodeName%3D${options.name}`
    const watching = options.api.watch(
      path,
      ({ type, object }) => {
        if (type === 'ADDED' || type === 'MODIFIED') this.#see(object as V1Pod)
      },
      this.#stop.signal,
    )
    this.#running = Promise.all([watching, this.#beat()]).catch(this.#fail)
  }

  static async start(options: FakeNodeOptions): Promise<FakeNode> {
    const { api, name } = options
    const kubelet = await startFakeKubelet()
    await api.call('POST', '/api/v1/nodes', nodeDocument(name))
    await api.call('PATCH', `/api/v1/nodes/${name}/status`, nodeStatus(kubelet.port))
    await until('the fake node is ready', async () => {
      const node = await api.call('GET', `/api/v1/nodes/${name}`)
      const { spec } = node as { readonly spec?: { readonly taints?: readonly unknown[] } }
      return spec?.taints?.length === 1
    })
    return new FakeNode(options, kubelet)
  }

  /** Throws when the node could not go on. */
  check(): void {
    if (this.#fault !== null) throw this.#fault
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#kubelet[Symbol.asyncDispose]()
    await this.#options.api.call('DELETE', `/api/v1/nodes/${this.#options.name}`)
  }

  readonly #fail = (error: unknown) => {
    this.#fault ??= error instanceof Error ? error : new Error(String(error))
  }

  #see(pod: V1Pod): void {
    const { uid = '', deletionTimestamp } = pod.metadata ?? {}
    const first = !this.#lives.has(uid)
    if (first) this.#lives.add(uid)
    if (deletionTimestamp !== undefined) {
      if (this.#lives.has(`${uid} gone`)) return
      this.#lives.add(`${uid} gone`)
      this.#lanes.add(() => this.#forget(pod))
    } else if (first && pod.status?.phase === 'Pending') this.#lanes.add(() => this.#live(pod))
  }

  async #live(pod: V1Pod): Promise<void> {
    const begunAt = new Date()
    if (!(await this.#tell(pod, podStages(begunAt)))) return
    if (!(await this.#tell(pod, podRuns(begunAt)))) return
    // Work that waits does not hold a lane.
    const ended = async () => {
      const exitCode = await this.#options.work(pod)
      this.#lanes.add(async () => {
        this.#kubelet.workerEnded(pod.metadata?.name ?? '')
        await this.#tell(pod, podEnded(begunAt, new Date(), exitCode))
      })
    }
    ended().catch(this.#fail)
  }

  /** False: the pod is gone. */
  async #tell(pod: V1Pod, status: V1PodStatus): Promise<boolean> {
    const { namespace = '', name = '' } = pod.metadata ?? {}
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
    const answer = await this.#options.api.call('PATCH', path, { status }, { accept: [404] })
    return (answer as { readonly kind: string }).kind === 'Pod'
  }

  async #forget(pod: V1Pod): Promise<void> {
    const { namespace = '', name = '' } = pod.metadata ?? {}
    this.#kubelet.workerEnded(name)
    const path = `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`
    await this.#options.api.call('DELETE', path, undefined, { accept: [404, 409] })
  }

  async #beat(): Promise<void> {
    const { api, name } = this.#options
    const { signal } = this.#stop
    for (;;) {
      await delay(heartbeatMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await api.call('PATCH', `/api/v1/nodes/${name}/status`, nodeStatus(this.#kubelet.port))
    }
  }
}

export const onFakeNode = (name: string) => ({
  nodeSelector: { [nodeKey]: name },
  tolerations: [{ key: nodeKey, operator: 'Equal', value: name, effect: 'NoSchedule' }],
})

const nodeDocument = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { [nodeKey]: name } },
  spec: { taints: [{ key: nodeKey, value: name, effect: 'NoSchedule' }] },
})

function nodeStatus(kubeletPort: number) {
  const lastHeartbeatTime = new Date().toISOString()
  const room = { cpu: '1000000', memory: '100000Ti', pods: '100000', 'ephemeral-storage': '9000Ti' }
  return {
    status: {
      capacity: room,
      allocatable: room,
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      conditions: [
        { type: 'Ready', status: 'True', reason: 'Bench', message: '', lastHeartbeatTime },
      ],
    },
  }
}
