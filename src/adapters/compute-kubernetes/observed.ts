import type { V1ContainerStatus, V1Job, V1Pod } from '@kubernetes/client-node'
import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import { defaultLimits } from '../../domain/compute-service.ts'
import { annotations, attemptOfLabels, containers, labels } from './names.ts'

/** What is kept of a Job: little, since there may be ten thousand. Times are the cluster's. */
export interface JobView {
  readonly ref: AttemptRef
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly createdAt: Date
  readonly suspended: boolean
  readonly deleting: boolean
  /** Value of the label that its network policy selects. */
  readonly service: string
  readonly gpuCount: number
  /** How much of the worker's log is kept. */
  readonly logBytes: number
  /** Of type `Complete` or `Failed` and true; null while it goes on. */
  readonly end: {
    readonly type: 'Complete' | 'Failed'
    readonly reason: string
    readonly message: string
    readonly at: Date
  } | null
}

export interface ContainerView {
  /** Null: not created yet. */
  readonly state: 'waiting' | 'running' | 'terminated' | null
  /** Of the waiting or terminated state. */
  readonly reason: string
  readonly message: string
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly exitCode: number | null
  readonly restarts: number
  /** The start probe of the agent has succeeded. */
  readonly started: boolean
  readonly imageId: string
  /** How the life before a restart ended. */
  readonly last: {
    readonly exitCode: number
    readonly reason: string
    readonly message: string
  } | null
}

/** What is kept of a pod. */
export interface PodView {
  readonly ref: AttemptRef
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly createdAt: Date
  /** When its grace period ends or ended; null: nobody has deleted it. */
  readonly deletedAt: Date | null
  /** When somebody first asked it to go: its deletion or the condition `DisruptionTarget`. */
  readonly interruptedAt: Date | null
  readonly node: string | null
  readonly phase: string
  /** Of the pod's status: `Evicted`, `NodeLost` and the like. */
  readonly reason: string
  readonly message: string
  /** `PodScheduled=False`: why. */
  readonly unschedulable: { readonly reason: string; readonly message: string } | null
  /** `DisruptionTarget=True`: why. */
  readonly disruption: { readonly reason: string; readonly message: string } | null
  readonly agent: ContainerView | null
  readonly worker: ContainerView | null
}

/** Lists give dates as `Date`, watches as text. */
const time = (value: Date | string | undefined | null): Date | null =>
  value === undefined || value === null ? null : new Date(value)

/** Null: not one of ours. */
export function jobView({ metadata, spec, status }: V1Job): JobView | null {
  const ref = attemptOfLabels(metadata?.labels)
  if (ref === null || metadata?.name === undefined || metadata.uid === undefined) return null
  const end = status?.conditions?.find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  )
  return {
    ref,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion ?? '',
    createdAt: time(metadata.creationTimestamp) ?? new Date(0),
    suspended: spec?.suspend === true,
    deleting: metadata.deletionTimestamp !== undefined,
    service: metadata.labels?.[labels.service] ?? '',
    gpuCount: Number(metadata.annotations?.[annotations.gpuCount] ?? 0),
    logBytes: Number(metadata.annotations?.[annotations.logBytes] ?? defaultLimits.logBytes),
    end:
      end === undefined
        ? null
        : {
            type: end.type === 'Complete' ? 'Complete' : 'Failed',
            reason: end.reason ?? '',
            message: end.message ?? '',
            at: time(end.lastTransitionTime) ?? new Date(0),
          },
  }
}

/** Null: not one of ours. */
export function podView({ metadata, spec, status }: V1Pod): PodView | null {
  const ref = attemptOfLabels(metadata?.labels)
  if (ref === null || metadata?.name === undefined || metadata.uid === undefined) return null
  const condition = (type: string, holds: string) => {
    const found = status?.conditions?.find((one) => one.type === type && one.status === holds)
    return found === undefined ? null : { reason: found.reason ?? '', message: found.message ?? '' }
  }
  const container = (list: V1ContainerStatus[] | undefined, name: string) => {
    const found = list?.find((one) => one.name === name)
    return found === undefined ? null : containerView(found)
  }
  return {
    ref,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion ?? '',
    createdAt: time(metadata.creationTimestamp) ?? new Date(0),
    deletedAt: time(metadata.deletionTimestamp),
    interruptedAt: interruption(metadata, status),
    node: spec?.nodeName ?? null,
    phase: status?.phase ?? 'Pending',
    reason: status?.reason ?? '',
    message: status?.message ?? '',
    unschedulable: condition('PodScheduled', 'False'),
    disruption: condition('DisruptionTarget', 'True'),
    agent: container(status?.initContainerStatuses, containers.agent),
    worker: container(status?.containerStatuses, containers.worker),
  }
}

function interruption(metadata: V1Pod['metadata'], status: V1Pod['status']): Date | null {
  const deletedAt = time(metadata?.deletionTimestamp)?.getTime() ?? Infinity
  const asked = deletedAt - (metadata?.deletionGracePeriodSeconds ?? 0) * 1000
  const target = status?.conditions?.find(
    (one) => one.type === 'DisruptionTarget' && one.status === 'True',
  )
  const first = Math.min(asked, time(target?.lastTransitionTime)?.getTime() ?? Infinity)
  return first === Infinity ? null : new Date(first)
}

function containerView(status: V1ContainerStatus): ContainerView {
  const { state, lastState } = status
  const ended = state?.terminated
  const before = lastState?.terminated
  return {
    state: ended ? 'terminated' : state?.running ? 'running' : state?.waiting ? 'waiting' : null,
    reason: ended?.reason ?? state?.waiting?.reason ?? '',
    message: ended?.message ?? state?.waiting?.message ?? '',
    startedAt: time(ended?.startedAt ?? state?.running?.startedAt),
    finishedAt: time(ended?.finishedAt),
    exitCode: ended?.exitCode ?? null,
    restarts: status.restartCount,
    started: status.started === true,
    imageId: status.imageID,
    last: before
      ? { exitCode: before.exitCode, reason: before.reason ?? '', message: before.message ?? '' }
      : null,
  }
}
