import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attemptStatus, isQuota } from '../../src/adapters/compute-kubernetes/attempt-status.ts'
import type { AttemptView, SeenPod } from '../../src/adapters/compute-kubernetes/attempt-view.ts'
import { podView } from '../../src/adapters/compute-kubernetes/observed.ts'
import { attemptLabels } from '../../src/adapters/compute-kubernetes/names.ts'

const now = new Date('2026-11-24T09:10:00Z')
const startedAt = new Date('2026-11-24T09:00:00Z')
const finishedAt = new Date('2026-11-24T09:05:00Z')
const ref = { jobId: 'job-1', attempt: 1 }
const nothing: AttemptView = {
  ...{ job: null, pods: [], refusedPod: null, refusedObject: null },
  stopped: false,
}

interface Ended {
  readonly reason?: string
  readonly message?: string
  readonly worker: { readonly exitCode: number; readonly reason: string }
  readonly agent?: { readonly exitCode: number; readonly reason: string }
}

/** A pod that has ended, as the API server shows it. */
function endedPod({ reason, message, worker, agent }: Ended): SeenPod {
  const state = (end: { exitCode: number; reason: string }) => ({
    ...{ image: '', imageID: '', ready: false, restartCount: 0 },
    state: { terminated: { ...end, startedAt, finishedAt } },
  })
  const view = podView({
    metadata: {
      name: 'job-1-1-abcde',
      uid: 'uid',
      creationTimestamp: startedAt,
      labels: attemptLabels(
        { ...ref, workspaceId: 'ws-1', serviceId: 'any', version: 1 },
        'installation',
      ),
    },
    status: {
      phase: 'Failed',
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      initContainerStatuses: agent === undefined ? [] : [{ name: 'agent', ...state(agent) }],
      containerStatuses: [{ name: 'worker', ...state(worker) }],
    },
  })
  assert.ok(view !== null)
  return { ...view, goneAt: null }
}

const unknown = { exitCode: 137, reason: 'ContainerStatusUnknown' }
const wellDone = { exitCode: 0, reason: 'Completed' }

const ends: readonly (readonly [string, Ended, string | null])[] = [
  [
    'an eviction for its own disk is the worker’s doing, though the node lost sight of it',
    {
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "outputs" exceeds the limit "2Mi".',
      worker: unknown,
      agent: unknown,
    },
    'scratch-full',
  ],
  [
    'an eviction for the node’s memory is not the worker’s doing',
    {
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      worker: unknown,
      agent: unknown,
    },
    'evicted',
  ],
  [
    'a worker that the node lost sight of, and nothing else, is the node’s loss',
    { worker: unknown, agent: unknown },
    'node-lost',
  ],
  [
    'an agent that was killed while it collected leaves no result',
    { worker: wellDone, agent: { exitCode: 137, reason: 'Error' } },
    'collecting-failed',
  ],
  [
    'a worker without memory is named so',
    { worker: { exitCode: 137, reason: 'OOMKilled' }, agent: wellDone },
    'out-of-memory',
  ],
  ['all well', { worker: wellDone, agent: wellDone }, null],
]

describe('the end of a pod', () => {
  for (const [why, pod, code] of ends) {
    it(`${code ?? 'no failure'}: ${why}`, () => {
      const status = attemptStatus({ ...nothing, pods: [endedPod(pod)] }, { now, startSeconds: 60 })
      assert.equal(status.phase, 'ended')
      assert.equal(status.failure?.code ?? null, code)
    })
  }
})

describe('what is refused by a quota', () => {
  const rows = [
    ['it is used up', 'pods "a" is forbidden: exceeded quota: small, requested: pods=1', true],
    ['it is too new to be counted', 'jobs "a" is forbidden: status unknown for quota: small', true],
    ['no quota speaks', 'pods "a" is forbidden: violates PodSecurity "restricted:latest"', false],
  ] as const
  for (const [why, message, waits] of rows) {
    it(`${waits ? 'waits' : 'fails'} when ${why}`, () => assert.equal(isQuota(message), waits))
  }
})

describe('an attempt that a quota refused', () => {
  const refusedObject = 'exceeded quota: small, requested: count/jobs.batch=1'

  it('waits, and has to be made again', () => {
    const status = attemptStatus({ ...nothing, refusedObject }, { now, startSeconds: 60 })
    assert.deepEqual(status, {
      phase: 'pending',
      reason: { code: 'unschedulable', message: refusedObject },
      idle: true,
      changesByTime: true,
    })
  })

  it('is absent when no quota speaks', () => {
    assert.deepEqual(attemptStatus(nothing, { now, startSeconds: 60 }), { phase: 'absent' })
  })

  it('has the end that its pod has', () => {
    const pods = [endedPod({ worker: wellDone, agent: wellDone })]
    const status = attemptStatus({ ...nothing, pods, refusedObject }, { now, startSeconds: 60 })
    assert.equal(status.phase, 'ended')
  })
})

describe('a pod that was told to go', () => {
  const told = endedPod({ worker: wellDone })
  const at = (secondsAgo: number): AttemptView => {
    const deletedAt = new Date(now.getTime() - secondsAgo * 1000)
    const { worker } = told
    assert.ok(worker !== null)
    const agent = { ...worker, state: 'running', exitCode: null } as const
    return { ...nothing, pods: [{ ...told, phase: 'Running', agent, deletedAt }] }
  }

  it('has its grace period and a minute for its end, which comes without a word', () => {
    for (const secondsAgo of [-30, 59]) {
      const status = attemptStatus(at(secondsAgo), { now, startSeconds: 60 })
      assert.equal(status.phase, 'collecting')
      assert.equal(status.changesByTime, true)
    }
  })

  it('is lost with its node after that, since the cluster waits for the node for ever', () => {
    const status = attemptStatus(at(61), { now, startSeconds: 60 })
    assert.equal(status.phase, 'ended')
    assert.equal(status.failure?.code, 'node-lost')
  })
})
