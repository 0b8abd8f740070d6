import { Bucket } from '../bucket.ts'
import { Consumer, type Credentials, type Workspace } from '../consumer.ts'
import type { DataSpace, Flow } from '../data-space.ts'
import { writeDefinitions } from '../definitions.ts'
import { clusterVariables } from './cluster.ts'
import { ServiceProcess, type Ready } from '../service-process.ts'
import type { Stage } from '../stage.ts'
import { seconds, shorten } from '../terminal.ts'

export interface Provider {
  readonly dataSpace: DataSpace
  readonly ready: Ready
}

export async function startService(stage: Stage, dataSpace: DataSpace): Promise<Provider> {
  const { terminal, folder, signal, cleanup, cluster } = stage
  const services = cluster === null ? 'services' : 'services-kubernetes'
  const ofCluster = cluster === null ? {} : clusterVariables(cluster)
  const variables = {
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_SERVICES_DIR: await writeDefinitions(services, folder, {
      image: cluster?.workerImage ?? '',
    }),
    DSC_CONTROL_PLANES_DIR: await dataSpace.writeControlPlanes(folder),
    DSC_EGRESS_ALLOW: '127.0.0.0/8',
    DSC_LINGER_SECONDS: '0',
    DSC_STORE_RESERVE_BYTES: '0',
    ...ofCluster,
  }
  terminal.say(
    `It knows one thing to sell (demo/${services}) and one connector (${dataSpace.definitions}).`,
  )
  if (cluster !== null) {
    terminal.say('Its settings say that jobs are pods:')
    terminal.table(Object.entries({ ...ofCluster, KUBECONFIG: cluster.kubeconfig }))
  }
  const begun = performance.now()
  const onDeath = (message: string) => stage.abort(new Error(message))
  const service = cleanup.use(new ServiceProcess(folder, variables, onDeath))
  stage.service = service
  const ready = await service.ready(signal)
  const took = seconds(performance.now() - begun)
  stage.times.push(`service ready after ${took}`)
  terminal.say(`Ready after ${took}, as process ${ready.pid}. It says:`)
  terminal.quote(await service.printed())
  await dataSpace.join(stage, ready)
  return { dataSpace, ready }
}

/** What a consumer gets through its connector is enough to begin. */
export const consumerOf = ({ endpoint, token }: Flow, signal: AbortSignal): Consumer =>
  new Consumer(endpoint, token, signal)

export async function showWorkspace(stage: Stage, consumer: Consumer): Promise<Workspace> {
  const { terminal } = stage
  const workspace = await stage.until('a workspace that is READY', async () => {
    const found = await consumer.call<Workspace>('GET', '/workspace')
    return found.state === 'PROVISIONING' ? undefined : found
  })
  terminal.say('The contract has got a workspace of its own: a bucket, access and limits.')
  const { storageBytes, concurrentJobs } = workspace.limits
  terminal.table([
    ['workspace', workspace.id],
    ['bucket', workspace.store?.bucket ?? 'none'],
    ['limits', `${storageBytes / 2 ** 30} GiB, ${concurrentJobs} jobs at once`],
  ])
  stage.prove(workspace.state === 'READY', 'The workspace is READY.')
  return workspace
}

export async function getCredentials(stage: Stage, consumer: Consumer): Promise<Bucket> {
  const credentials = await consumer.call<Credentials>('POST', '/credentials', {})
  const { accessKeyId, secretAccessKey, sessionToken, read, write, expiresAt } = credentials
  stage.terminal.say('One call with the token gives temporary S3 keys for this bucket alone:')
  stage.terminal.table([
    ['keys', `${shorten(accessKeyId)}, ${shorten(secretAccessKey, 4)}, ${shorten(sessionToken)}`],
    ['may', `read ${read.join(' ')}, write ${write.join(' ')}, until ${expiresAt}`],
  ])
  const bucket = stage.cleanup.use(new Bucket(credentials, stage.signal))
  stage.prove(
    (await bucket.list(bucket.name)) === '200',
    'They open the bucket: asked for a list, the store answers 200.',
  )
  return bucket
}
