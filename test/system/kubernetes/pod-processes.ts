import { readdirSync, readFileSync } from 'node:fs'
import type { V1Pod } from '@kubernetes/client-node'
import { containers } from '../../../src/adapters/compute-kubernetes/names.ts'

/** The node is this machine, so what runs in a pod is a process here. */

export const agentPid = (pod: V1Pod): number =>
  pidOf(pod.status?.initContainerStatuses, containers.agent)

export const workerPid = (pod: V1Pod): number =>
  pidOf(pod.status?.containerStatuses, containers.worker)

interface ContainerStatus {
  readonly name: string
  readonly containerID?: string
}

/** The first process of a container that runs. */
function pidOf(statuses: readonly ContainerStatus[] = [], name: string): number {
  const id = statuses.find((one) => one.name === name)?.containerID?.replace('containerd://', '')
  if (id === undefined) throw new Error(`there is no container ${name}`)
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && isIn(entry, id))
  const [first] = pids.map(Number).sort((one, other) => one - other)
  if (first === undefined) throw new Error(`container ${name} has no process`)
  return first
}

function isIn(pid: string, containerId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId)
  } catch {
    return false
  }
}

/** Of a container's first process: the runtime that starts and ends what is in the pod. */
export function parentOf(pid: number): number {
  const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (parent === undefined) throw new Error(`process ${pid} has no parent`)
  return Number(parent)
}

/** `T`: stopped. */
export const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
