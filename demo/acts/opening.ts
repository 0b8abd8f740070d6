import { Bucket } from '../bucket.ts'
import { Consumer, type Credentials, type Workspace } from '../consumer.ts'
import { DemoControlPlane, propertyOf, type Agreement, type Started } from '../control-plane.ts'
import { writeDefinitions } from '../definitions.ts'
import { ServiceProcess, type Ready } from '../service-process.ts'
import type { Stage } from '../stage.ts'
import { group, seconds, shorten } from '../terminal.ts'

export interface Provider {
  readonly controlPlane: DemoControlPlane
  readonly ready: Ready
}

export async function startService(stage: Stage): Promise<Provider> {
  const { terminal, folder, signal, cleanup } = stage
  const controlPlane = cleanup.use(await DemoControlPlane.start(signal))
  const variables = {
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_SERVICES_DIR: await writeDefinitions('services', folder, {}),
    DSC_CONTROL_PLANES_DIR: await writeDefinitions('control-planes', folder, {
      callbacks: controlPlane.url,
      key: controlPlane.key,
    }),
    DSC_EGRESS_ALLOW: '127.0.0.0/8',
    DSC_LINGER_SECONDS: '0',
    DSC_STORE_RESERVE_BYTES: '0',
  }
  terminal.say(
    'It knows one thing to sell (demo/services) and one connector (demo/control-planes).',
  )
  const begun = performance.now()
  const onDeath = (message: string) => stage.abort(new Error(message))
  const service = cleanup.use(new ServiceProcess(folder, variables, onDeath))
  stage.service = service
  const ready = await service.ready(signal)
  terminal.say(
    `Ready after ${seconds(performance.now() - begun)}, as process ${ready.pid}. It says:`,
  )
  terminal.quote(await service.printed())
  return { controlPlane, ready }
}

export async function startFlow(
  stage: Stage,
  { controlPlane, ready }: Provider,
  agreement: Agreement,
): Promise<Started> {
  const { terminal } = stage
  const message = controlPlane.startMessage(agreement)
  terminal.say("The demo's control plane plays the connector. It speaks real Data Plane Signaling.")
  terminal.say('Its message says: this contract begins, tell me where its consumer has to go.')
  terminal.quote('→ POST /signaling/v1/dataflows/start')
  terminal.quote(
    `  { "agreementId": "${shorten(message.agreementId)}", "processId": "${shorten(message.processId)}", "counterPartyId": "${message.counterPartyId}",`,
  )
  terminal.quote(
    `    "datasetId": "${message.datasetId}", "transferType": "${message.transferType}", … }`,
  )
  const begun = performance.now()
  const answer = await controlPlane.send(ready.connectorUrl, 'start', message)
  const tookMs = performance.now() - begun
  if (answer.status !== 200) throw new Error(`start answered ${answer.status}: ${answer.text}`)
  const started = answer.json as Started
  const { dataAddress } = started
  terminal.quote(`← ${answer.status} after ${tookMs.toFixed(0)} ms`)
  terminal.quote(
    `  { "state": "${started.state}", "dataAddress": { "endpoint": "${dataAddress.endpoint}",`,
  )
  terminal.quote(
    `    "authorization": "${shorten(propertyOf(dataAddress, 'authorization'))}", "expiresIn": "${propertyOf(dataAddress, 'expiresIn')}", … } }`,
  )
  stage.prove(started.state === 'STARTED', 'The data flow is STARTED: the contract can be used.')
  return started
}

/** What a consumer gets through its connector is enough to begin. */
export const consumerOf = ({ dataAddress }: Started, signal: AbortSignal): Consumer =>
  new Consumer(dataAddress.endpoint, propertyOf(dataAddress, 'authorization'), signal)

export async function showWorkspace(stage: Stage, consumer: Consumer): Promise<Workspace> {
  const { terminal } = stage
  const workspace = await stage.until('a workspace that is READY', async () => {
    const found = await consumer.call<Workspace>('GET', '/workspace')
    return found.state === 'PROVISIONING' ? undefined : found
  })
  terminal.say('The contract has got a workspace of its own: a bucket, access and limits.')
  terminal.table([
    ['workspace', workspace.id],
    ['bucket', workspace.store?.bucket ?? 'none'],
    [
      'room',
      `${group(workspace.limits.storageBytes)} bytes, ${workspace.limits.concurrentJobs} jobs at once`,
    ],
    ['ends', `${workspace.expiresAt ?? 'with the contract'} at the latest`],
  ])
  stage.prove(workspace.state === 'READY', 'The workspace is READY.')
  return workspace
}

export async function getCredentials(stage: Stage, consumer: Consumer): Promise<Bucket> {
  const credentials = await consumer.call<Credentials>('POST', '/credentials', {})
  stage.terminal.say(
    'One call with the token gives temporary keys for the bucket, and for nothing else:',
  )
  stage.terminal.table([
    ['accessKeyId', shorten(credentials.accessKeyId)],
    ['secretAccessKey', shorten(credentials.secretAccessKey, 4)],
    ['sessionToken', shorten(credentials.sessionToken)],
    ['may read', credentials.read.join(' ')],
    ['may write', credentials.write.join(' ')],
    ['expires', credentials.expiresAt],
  ])
  return stage.cleanup.use(new Bucket(credentials, stage.signal))
}
