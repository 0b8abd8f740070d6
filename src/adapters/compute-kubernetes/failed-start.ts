import type { PendingReason } from '../../application/ports/compute-backend.ts'
import { failure, type Failure } from '../../domain/failure.ts'
import { parseTerminationMessage, podAgentExit } from '../../staging/pod-task.ts'
import type { StatusRules } from './attempt-view.ts'
import type { ContainerView, PodView } from './observed.ts'

export interface Start {
  /** Why the worker will not begin. */
  readonly failed: Failure | null
  /** What it waits for. */
  readonly waits: PendingReason | null
}

const goesOn: Start = { failed: null, waits: null }
const failed = (found: Failure): Start => ({ failed: found, waits: null })

/** How a living pod whose worker has not begun stands. */
export function failedStart(pod: PodView, rules: StatusRules): Start {
  const { agent, worker } = pod
  const byAgent = agent === null ? null : agentFailure(agent)
  if (byAgent !== null) return failed(byAgent)
  if (agent?.state === 'waiting') return waitingContainer('agent', agent, pod.createdAt, rules)
  if (agent?.state === 'running' && agent.started && worker?.state === 'waiting') {
    return waitingContainer('worker', worker, agent.startedAt ?? pod.createdAt, rules)
  }
  return goesOn
}

/** What the agent says of its end before the worker began; it would be started again for ever. */
export function agentFailure(agent: ContainerView): Failure | null {
  const end =
    agent.state === 'terminated'
      ? { exitCode: agent.exitCode ?? 0, reason: agent.reason, message: agent.message }
      : agent.last
  return end === null || (agent.started && agent.state === 'running') ? null : endSaid(end)
}

/** Null: exit code 0. */
export function endSaid(end: NonNullable<ContainerView['last']>): Failure | null {
  if (end.exitCode === podAgentExit.done) return null
  const said = parseTerminationMessage(end.message)
  if (said !== null) return failure(said.code, said.message)
  if (end.exitCode === podAgentExit.notOurs) {
    return failure('node-lost', 'Another pod has claimed this attempt.')
  }
  const how = `exit code ${end.exitCode}${end.reason === '' ? '' : `, ${end.reason}`}`
  return failure('staging-failed', `The agent ended without a word (${how}).`)
}

const pullReasons = ['ErrImagePull', 'ImagePullBackOff', 'ImageInspectError', 'RegistryUnavailable']
const hopelessReasons = ['InvalidImageName', 'ErrImageNeverPull']
const configurationReasons = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
]

function waitingContainer(
  name: 'agent' | 'worker',
  { reason, message }: ContainerView,
  since: Date,
  { now, startSeconds }: StatusRules,
): Start {
  const waitedLong = now.getTime() - since.getTime() > startSeconds * 1000
  const sentence = `The image of the ${name} cannot be pulled: ${message || reason}`
  if (hopelessReasons.includes(reason)) return failed(failure('image-pull', sentence))
  if (pullReasons.includes(reason)) {
    return waitedLong
      ? failed(failure('image-pull', sentence))
      : { failed: null, waits: { code: 'image-pulling', message: sentence } }
  }
  if (!configurationReasons.includes(reason)) return goesOn
  const refused = `The cluster does not start the ${name}: ${message || reason}`
  if (waitedLong || isHopeless(message)) return failed(failure('admission-refused', refused))
  return { failed: null, waits: { code: 'unschedulable', message: refused } }
}

/** An image that runs as root, or as a name, where that is not allowed, stays so. */
const isHopeless = (message: string) => /runAsNonRoot|non-numeric user|run as root/i.test(message)
