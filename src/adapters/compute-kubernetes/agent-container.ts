import type { V1Container } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import { podPaths, podUidVariable } from '../../staging/pod-task.ts'
import type { JobSettings } from './job-settings.ts'
import { containers } from './names.ts'
import { volumes } from './pod-places.ts'

/** User and group of the agent where the service names none: those of this program's image. */
const ownUser = { uid: 65_532, gid: 65_532 }
const probeMarginSeconds = 60

/** The agent has the worker's user where it is known, so that each can read the other's files. */
export function agentUser(workerUser: string): { readonly uid: number; readonly gid: number } {
  if (workerUser === 'root') return { uid: 0, gid: 0 }
  const named = /^(\d+):(\d+)$/.exec(workerUser)
  return named === null ? ownUser : { uid: Number(named[1]), gid: Number(named[2]) }
}

/**
 * The agent as a native side-car: the worker begins when the startup probe finds that everything is staged; when the
 * worker has ended, the kubelet stops the agent, which then has the pod's grace period to collect.
 */
export function agentContainer({ service }: AttemptSpec, settings: JobSettings): V1Container {
  const { uid, gid } = agentUser(service.worker.user)
  return {
    name: containers.agent,
    image: settings.agentImage,
    args: ['agent'],
    restartPolicy: 'Always',
    env: [
      { name: podUidVariable, valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
      { name: 'HOME', value: podPaths.scratch },
      { name: 'TMPDIR', value: podPaths.scratch },
      { name: 'NODE_ENV', value: 'production' },
    ],
    startupProbe: {
      exec: { command: ['cat', podPaths.staged] },
      periodSeconds: 1,
      timeoutSeconds: 10,
      failureThreshold: service.limits.stageSeconds + probeMarginSeconds,
    },
    terminationMessagePath: podPaths.terminationMessage,
    resources: {
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    },
    securityContext: {
      runAsUser: uid,
      runAsGroup: gid,
      ...(uid === 0 ? {} : { runAsNonRoot: true }),
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: volumes.secret, mountPath: podPaths.secret, readOnly: true },
      { name: volumes.inputs, mountPath: podPaths.inputs },
      { name: volumes.outputs, mountPath: podPaths.outputs },
      { name: volumes.scratch, mountPath: podPaths.scratch },
    ],
  }
}
