import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startServiceChild, type ServiceChild } from '../../test/support/service-child.ts'
import type { ConsumerClient } from '../../test/support/consumer-client.ts'
import { atOnce, KeepAliveClient } from '../keep-alive-client.ts'
import { definitions } from '../definitions.ts'
import { onFakeNode } from './fake-node.ts'

export interface BenchServiceOptions {
  readonly folder: string
  readonly kubeconfigPath: string
  readonly namespace: string
  readonly node: string
}

const serviceId = 'ends'
const submitters = 16

/** The service as a process of its own, on the cluster; its jobs go to the fake node. Begun again, it goes on. */
export async function startBenchService(options: BenchServiceOptions): Promise<ServiceChild> {
  const { folder, kubeconfigPath, namespace, node } = options
  const directory = join(folder, 'service')
  await mkdir(directory, { recursive: true })
  const profiles = join(folder, 'profiles.yaml')
  await writeFile(profiles, stringify({ profiles: { bench: onFakeNode(node) } }))
  return startServiceChild({
    directory,
    controlPlanes: definitions.controlPlanes,
    services: { 'ends.service.yaml': ends },
    variables: {
      DSC_COMPUTE: 'kubernetes',
      KUBECONFIG: kubeconfigPath,
      DSC_KUBERNETES_NAMESPACE: namespace,
      DSC_AGENT_IMAGE: 'localhost/dataspace-compute:bench',
      DSC_KUBERNETES_PROFILES_FILE: profiles,
    },
  })
}

/** Submits over HTTP, so many at a time. Seconds. */
export async function submit(
  { consumerUrl }: Pick<ServiceChild, 'consumerUrl'>,
  { token }: Pick<ConsumerClient, 'token'>,
  count: number,
): Promise<number> {
  using client = new KeepAliveClient(submitters)
  const authorization = `Bearer ${token}`
  return await atOnce(submitters, count, async () => {
    const { status, text } = await client.post(
      `${consumerUrl}/v1/jobs`,
      { serviceId },
      { authorization },
    )
    if (status !== 201) throw new Error(text)
  })
}

const ends = {
  id: serviceId,
  title: serviceId,
  datasets: ['*'],
  worker: { image: 'localhost/worker:1', command: ['/bin/true'] },
  resources: { profile: 'bench' },
  limits: { concurrentJobs: 100_000 },
}
