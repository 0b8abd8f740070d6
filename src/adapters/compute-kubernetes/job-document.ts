import type { V1EnvVar, V1Job, V1PodSpec, V1Volume } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import type { ServiceLimits } from '../../domain/compute-service.ts'
import { agentContainer, agentUser } from './agent-container.ts'
import type { JobSettings } from './job-settings.ts'
import { agentSecretName, annotations, attemptLabels, jobName } from './names.ts'
import { volumes, type PodPlaces } from './pod-places.ts'
import { workerContainer } from './worker-container.ts'

/** How long Kubernetes keeps a Job that nobody removed: a last resort. */
const lastResortSeconds = 7 * 86_400
const marginSeconds = 600
/** Kubernetes' own bound of a pod's and a Job's seconds. */
const maxSeconds = 2_147_483_647

/** One Job with one pod that runs once. Holds no secret. */
export function jobDocument(
  spec: AttemptSpec,
  settings: JobSettings,
  places: PodPlaces,
  env: V1EnvVar[],
): V1Job {
  const labels = attemptLabels(spec, settings.installationId)
  const queue = queueOf(spec, settings)
  const { gpu } = spec.service.resources
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(spec),
      namespace: settings.namespace,
      labels: { ...labels, ...(queue === null ? {} : { 'kueue.x-k8s.io/queue-name': queue }) },
      annotations: {
        [annotations.gpuCount]: String(gpu?.count ?? 0),
        [annotations.logBytes]: String(spec.service.limits.logBytes),
      },
    },
    spec: {
      suspend: queue !== null,
      completions: 1,
      parallelism: 1,
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      activeDeadlineSeconds: lastDeadline(spec.service.limits),
      ttlSecondsAfterFinished: lastResortSeconds,
      template: {
        metadata: {
          labels,
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' },
        },
        spec: podSpec(spec, settings, places, env),
      },
    },
  }
}

function queueOf(spec: AttemptSpec, settings: JobSettings): string | null {
  const { profile } = spec.service.resources
  const named = profile === null ? null : (settings.profiles.get(profile)?.queue ?? null)
  return named ?? settings.kueueQueue
}

function lastDeadline(limits: ServiceLimits): number {
  const { queueSeconds, stageSeconds, runSeconds, collectSeconds, graceSeconds } = limits
  const sum = queueSeconds + stageSeconds + runSeconds + collectSeconds + graceSeconds
  return Math.min(maxSeconds, sum + marginSeconds)
}

function podSpec(
  spec: AttemptSpec,
  settings: JobSettings,
  places: PodPlaces,
  env: V1EnvVar[],
): V1PodSpec {
  const { resources, limits, worker } = spec.service
  const profile = resources.profile === null ? undefined : settings.profiles.get(resources.profile)
  const optional: Partial<V1PodSpec> = {}
  if (profile !== undefined) {
    optional.nodeSelector = { ...profile.nodeSelector }
    optional.tolerations = [...profile.tolerations]
    if (profile.runtimeClassName !== null) optional.runtimeClassName = profile.runtimeClassName
    if (profile.priorityClassName !== null) optional.priorityClassName = profile.priorityClassName
  }
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: limits.collectSeconds,
    securityContext: {
      ...(worker.user === 'root' ? {} : { runAsNonRoot: true }),
      fsGroup: agentUser(worker.user).gid,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })),
    initContainers: [agentContainer(spec, settings)],
    containers: [workerContainer(spec, places, env)],
    volumes: volumesOf(spec),
    ...optional,
  }
}

function volumesOf(spec: AttemptSpec): V1Volume[] {
  const { ephemeralStorage, sharedMemory } = spec.service.resources
  const bounded = ephemeralStorage === null ? {} : { sizeLimit: ephemeralStorage }
  const list: V1Volume[] = [
    {
      name: volumes.secret,
      secret: { secretName: agentSecretName(spec), defaultMode: 0o440 },
    },
    { name: volumes.inputs, emptyDir: {} },
    { name: volumes.outputs, emptyDir: bounded },
    { name: volumes.scratch, emptyDir: {} },
  ]
  if (sharedMemory !== null) {
    list.push({
      name: volumes.sharedMemory,
      emptyDir: { medium: 'Memory', sizeLimit: sharedMemory },
    })
  }
  return list
}
