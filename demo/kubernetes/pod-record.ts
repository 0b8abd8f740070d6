import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import type { Stage } from '../stage.ts'
import type { DemoCluster } from './cluster.ts'
import { objectsOf, removeObjects, type JobObjects } from './objects.ts'
import { podChanges, type PodStep } from './pod-changes.ts'

/** Follows the pod of a job as it changes, and keeps what the cluster had for the job while it ran. */
export class PodRecord {
  name = '?'
  node = '?'
  objects: JobObjects | null = null
  /** From the job's beginning until the pod was gone. */
  tookMs = 0
  /** When the pod is gone. Does not reject: what goes wrong ends the demo. */
  readonly gone: Promise<void>
  readonly #stage: Stage
  readonly #cluster: DemoCluster
  readonly #jobId: string
  readonly #begun = performance.now()

  /** Tells every change. Whatever of the job is left when the demo ends is removed. */
  constructor(stage: Stage, cluster: DemoCluster, jobId: string) {
    this.#stage = stage
    this.#cluster = cluster
    this.#jobId = jobId
    stage.deferRemoval(() => this.#removeRest(), `delete jobs -l ${labels.job}=${jobId}`)
    this.gone = this.#follow().catch((error: unknown) => {
      stage.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stage
    for await (const step of podChanges(this.#cluster, this.#jobId, signal)) {
      if (this.name === '?') this.#stage.terminal.quote(`        pod ${step.name}`)
      this.name = step.name
      this.node = step.node ?? this.node
      this.#tell(step)
      if (step.trouble !== null) throw new Error(`the pod cannot run: ${step.trouble}`)
      if (step.agentRuns && this.objects === null)
        this.objects = await objectsOf(this.#cluster, this.#jobId, signal)
    }
    this.tookMs = performance.now() - this.#begun
  }

  #tell({ node, phase, agent, worker, isGone }: PodStep): void {
    const after = ((performance.now() - this.#begun) / 1000).toFixed(1).padStart(5)
    const parts = [
      ...(node === null ? ['has no node yet'] : []),
      ...(node !== null && agent === '' ? [`on node ${node}`] : []),
      ...(agent === '' ? [] : [`agent ${agent}`]),
      ...(worker === '' ? [] : [`worker ${worker}`]),
    ]
    const what = isGone
      ? 'gone       and its Job with it'
      : `${phase.padEnd(10)} ${parts.join(', ')}`
    this.#stage.terminal.quote(`${after} s  ${what}`)
  }

  async #removeRest(): Promise<void> {
    const installation = this.objects?.jobs[0]?.metadata?.labels?.[labels.installation]
    const signal = AbortSignal.timeout(40_000)
    await removeObjects(this.#cluster, this.#jobId, installation, signal)
  }
}
