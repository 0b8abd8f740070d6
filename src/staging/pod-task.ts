import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { failureCatalogue, type FailureCode } from '../domain/failure.ts'
import { agentTaskSchema, type AgentTask } from './agent-task.ts'

/** Where things lie in the agent's container, all below `base`. Workers can mount nothing below `/dsc`. */
export const podPathsIn = (base = '/dsc') => ({
  /** The mounted Secret: the task, and the session that is replaced while the agent runs. */
  secret: `${base}/secret`,
  task: `${base}/secret/task.json.gz`,
  credentials: `${base}/secret/credentials.json`,
  inputs: `${base}/inputs`,
  outputs: `${base}/outputs`,
  /** The agent's own folder; the worker does not see it. It outlives a restart of the agent. */
  scratch: `${base}/scratch`,
  /** The attempt is this pod's, and stage-in has begun: it is not begun again. */
  begun: `${base}/scratch/begun`,
  /** How staging ended when it ended badly: a restarted agent says the same again. */
  stagingEnd: `${base}/scratch/staging-end.json`,
  /** Written when the worker may begin: what the startup probe looks for. Holds the inputs' digests. */
  staged: `${base}/scratch/staged.json`,
  /** The kubelet mounts a file of its own there, an empty one for each life: it is written in place. */
  terminationMessage: `${base}/scratch/termination-message`,
})

export type PodPaths = Readonly<ReturnType<typeof podPathsIn>>

/** In a job's pod. */
export const podPaths: PodPaths = podPathsIn()

/** Environment variable of the agent that holds its pod's UID: what it writes into the claim. */
export const podUidVariable = 'DSC_POD_UID'

/** Exit codes of the agent in a pod. Every end but the first has a termination message. */
export const podAgentExit = { done: 0, failed: 1, notOurs: 3 } as const

const taskSchema = z.object({
  schema: z.literal('dataspace-compute/pod-task/1'),
  task: agentTaskSchema,
})

/** The Secret's `task.json.gz`: compressed, since 10,000 pinned objects would be beyond a Secret's 1 MiB. */
export async function podTaskDocument(task: AgentTask): Promise<Buffer> {
  const document = { schema: 'dataspace-compute/pod-task/1', task }
  return promisify(gzip)(JSON.stringify(document))
}

/** Throws what the file system says, or ZodError. */
export async function readPodTask(path: string): Promise<AgentTask> {
  const text = await promisify(gunzip)(await readFile(path))
  return taskSchema.parse(JSON.parse(text.toString('utf8'))).task
}

const messageSchema = z.object({
  code: z.custom<FailureCode>(
    (value) => typeof value === 'string' && Object.hasOwn(failureCatalogue, value),
  ),
  message: z.string(),
})

/** What the agent says of its end in the container's termination message (4 KiB at most); null: nothing of ours. */
export function parseTerminationMessage(
  text: string | undefined,
): { readonly code: FailureCode; readonly message: string } | null {
  try {
    return messageSchema.parse(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

/** What the kubelet keeps of a termination message. */
const maxMessageBytes = 4096

/** The message is shortened until the whole is no longer than what the kubelet keeps. */
export function terminationMessage(code: FailureCode, message: string): string {
  const characters = Array.from(message)
  for (let length = Math.min(characters.length, 2000); ; length = Math.floor(length * 0.8)) {
    const text = JSON.stringify({ code, message: characters.slice(0, length).join('') })
    if (Buffer.byteLength(text) <= maxMessageBytes) return text
  }
}
