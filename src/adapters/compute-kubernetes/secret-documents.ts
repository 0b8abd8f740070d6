import type { V1OwnerReference, V1Secret } from '@kubernetes/client-node'
import type {
  AgentCredentials,
  AttemptRef,
  AttemptSpec,
} from '../../application/ports/compute-backend.ts'
import { FailureError } from '../../domain/failure.ts'
import { sessionDocument } from '../../staging/credentials-file.ts'
import { podTaskDocument } from '../../staging/pod-task.ts'
import type { JobSettings } from './job-settings.ts'
import { agentSecretName, attemptLabels, jobName, workerSecretName } from './names.ts'
import { podTask, type PodPlaces } from './pod-places.ts'

/** Kubernetes' own limit of a Secret, with some room for its names. */
const maxSecretBytes = 1024 * 1024 - 16 * 1024

/** Keys of the agent's Secret, as files in its folder. */
const taskFile = 'task.json.gz'
const credentialsFile = 'credentials.json'

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

export const credentialsData = (credentials: AgentCredentials) => ({
  [credentialsFile]: base64(JSON.stringify(sessionDocument(credentials))),
})

/**
 * The worker's Secret, if it holds anything, and the agent's, not yet owned by a Job. Made in this order, no pod begins
 * before both are there: its agent waits for its own. Throws `FailureError` when one would be too large.
 */
export async function secretDocuments(
  spec: AttemptSpec,
  settings: JobSettings,
  places: PodPlaces,
  variables: Readonly<Record<string, string>>,
): Promise<readonly V1Secret[]> {
  const task = await podTaskDocument(podTask(spec, places))
  const agent = { [taskFile]: base64(task), ...credentialsData(spec.credentials) }
  const worker = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, base64(value)]),
  )
  refuseBeyond(agent, 'limit-reached', 'The list of input objects is too long for a Secret.')
  refuseBeyond(worker, 'environment-invalid', 'The variables are together larger than 1 MiB.')
  const labels = attemptLabels(spec, settings.installationId)
  const secret = (name: string, data: Record<string, string>): V1Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name, namespace: settings.namespace, labels },
    data,
  })
  const forAgent = secret(agentSecretName(spec), agent)
  return Object.keys(worker).length === 0
    ? [forAgent]
    : [secret(workerSecretName(spec), worker), forAgent]
}

function refuseBeyond(
  data: Readonly<Record<string, string>>,
  code: 'limit-reached' | 'environment-invalid',
  message: string,
): void {
  const bytes = Object.entries(data).reduce(
    (sum, [name, value]) => sum + name.length + (value.length * 3) / 4,
    0,
  )
  if (bytes > maxSecretBytes) throw new FailureError(code, message)
}

/** What belongs to a Job goes with it. */
export const ownedBy = (ref: AttemptRef, jobUid: string): V1OwnerReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: jobName(ref),
  uid: jobUid,
})
