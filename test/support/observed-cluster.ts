import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { V1Job } from '@kubernetes/client-node'
import { openCluster } from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import {
  ClusterObservation,
  type ObservationOptions,
} from '../../src/adapters/compute-kubernetes/cluster-observation.ts'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import type { AttemptRef } from '../../src/application/ports/compute-backend.ts'
import type { ClusterObject, FakeCluster } from './fake-cluster.ts'
import { until } from './until.ts'

export const userAgent = 'dataspace-compute/0.0.0-test'
export const within = () => AbortSignal.timeout(20_000)
export const refOf = (number: number, attempt = 1): AttemptRef => ({
  jobId: `job${number}`,
  attempt,
})

export function job(ref: AttemptRef, more: Record<string, unknown> = {}): ClusterObject {
  const name = `${ref.jobId}-${ref.attempt}`
  return {
    metadata: {
      name,
      uid: randomUUID(),
      labels: labelsOf(ref),
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { suspend: false },
    ...more,
  }
}

/** As a create call answers it. */
export const asJob = (object: ClusterObject): V1Job => Object.assign(new V1Job(), object)

export function pod(
  ref: AttemptRef,
  owner: ClusterObject | string | null,
  phase = 'Pending',
): ClusterObject {
  const uid = typeof owner === 'string' ? owner : owner?.metadata.uid
  const ownerReferences = uid === undefined ? [] : [{ kind: 'Job', controller: true, uid }]
  const name = `${ref.jobId}-${ref.attempt}-${randomUUID().slice(0, 5)}`
  return {
    metadata: { name, uid: randomUUID(), labels: labelsOf(ref), ownerReferences },
    spec: { nodeName: 'node-1' },
    status: { phase },
  }
}

const labelsOf = ({ jobId, attempt }: AttemptRef) => ({
  [labels.installation]: 'test',
  [labels.job]: jobId,
  [labels.attempt]: String(attempt),
})

/** A new state of an object that is there. */
export const withPhase = (object: ClusterObject, phase: string): ClusterObject => ({
  ...object,
  status: { phase },
})

/** A client and an observation of a fake cluster, quick to retry. */
export function observe(fake: FakeCluster, options: Partial<ObservationOptions> = {}) {
  const cluster = openCluster({ kubeconfigPath: fake.kubeconfigPath, userAgent })
  const observation = new ClusterObservation({
    cluster,
    namespace: 'spaces',
    installationId: 'test',
    ...options,
    times: { backoffMs: [20, 200], ...options.times },
  })
  return {
    observation,
    async [Symbol.asyncDispose]() {
      const began = performance.now()
      await observation[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
      assert.ok(performance.now() - began < 5_000, 'disposal at any time ends soon')
    },
  }
}

export const podPhase = (observation: ClusterObservation, ref: AttemptRef) =>
  observation.get(ref).pods[0]?.phase

export const watched = (fake: FakeCluster) =>
  until('both watches', () => fake.jobs.watches.size === 1 && fake.pods.watches.size === 1)
