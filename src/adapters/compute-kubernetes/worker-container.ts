import type { V1Container, V1EnvVar, V1SecurityContext } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import type { ResourceSpec } from '../../domain/compute-service.ts'
import { agentUser } from './agent-container.ts'
import { containers } from './names.ts'
import { volumes, type PodPlaces } from './pod-places.ts'

/** The worker's image as it is: only what the service says is put in. */
export function workerContainer(
  { service }: AttemptSpec,
  places: PodPlaces,
  env: V1EnvVar[],
): V1Container {
  const { worker, resources, outputDirectory } = service
  const mounts = [...places.mounts]
  if (outputDirectory !== null) mounts.push({ name: volumes.outputs, mountPath: outputDirectory })
  if (resources.sharedMemory !== null) {
    mounts.push({ name: volumes.sharedMemory, mountPath: '/dev/shm' })
  }
  return {
    name: containers.worker,
    image: worker.image ?? '',
    ...(worker.command.length > 0 ? { command: [...worker.command] } : {}),
    ...(worker.args.length > 0 ? { args: [...worker.args] } : {}),
    env,
    resources: resourcesOf(resources),
    securityContext: workerSecurity(worker.user),
    volumeMounts: mounts,
  }
}

function resourcesOf({ cpu, memory, ephemeralStorage, gpu }: ResourceSpec) {
  const amounts: Record<string, string> = {}
  if (cpu !== null) amounts['cpu'] = cpu
  if (memory !== null) amounts['memory'] = memory
  if (ephemeralStorage !== null) amounts['ephemeral-storage'] = ephemeralStorage
  if (gpu !== null) amounts[gpu.resource] = String(gpu.count)
  return { requests: { ...amounts }, limits: amounts }
}

/** Root keeps the runtime's usual capabilities: images that need root were made with them. */
function workerSecurity(user: string): V1SecurityContext {
  if (user === 'root') return { runAsUser: 0, allowPrivilegeEscalation: false }
  const { uid, gid } = agentUser(user)
  return {
    ...(user === 'image' ? {} : { runAsUser: uid, runAsGroup: gid }),
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }
}
