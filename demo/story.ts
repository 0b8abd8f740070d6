import { consumerOf, getCredentials, showWorkspace, startService } from './acts/opening.ts'
import { closeNamespace, openNamespace, showObjects } from './acts/cluster.ts'
import { endContract, tryStrangers, type Contract } from './acts/ending.ts'
import { order, receive, subscribe, upload } from './acts/inputs.ts'
import { checkCallbacks, watchJob } from './acts/job.ts'
import { fetchResults, type Results } from './acts/results.ts'
import { openConnectors } from './connectors/open-connectors.ts'
import { RealDataSpace } from './connectors/real-data-space.ts'
import type { DataSpace } from './data-space.ts'
import type { Options } from './options.ts'
import { PlayedDataSpace } from './played-data-space.ts'
import { keepOpen } from './keep.ts'
import type { Stage } from './stage.ts'
import { seconds } from './terminal.ts'

/** The eight steps of one contract, told in the order in which they happen. */
export async function tellStory(stage: Stage, { keep, connector }: Options): Promise<void> {
  const begun = performance.now()
  const { cluster } = stage
  introduce(stage, connector)
  const dataSpace =
    connector === 'edc' ? await realDataSpace(stage) : await PlayedDataSpace.start(stage)
  const namespace =
    cluster === null
      ? null
      : await stage.act(
          'Before',
          'The operator has a cluster',
          'a namespace in which pods may run',
          () => openNamespace(stage, cluster),
        )
  const provider = await stage.act(
    'Before',
    'The operator starts the service',
    'dataspace-compute starts and answers',
    () => startService(stage, dataSpace),
  )
  const agreementId = await stage.act(
    'Step 1',
    'The consumer requests the compute asset',
    'an agreement',
    () => dataSpace.agree(stage),
  )
  const flow = await stage.act(
    'Step 2',
    'The connector triggers provisioning',
    'the service accepts the start message and answers with a data address',
    () => dataSpace.begin(stage, agreementId),
  )
  const consumer = consumerOf(flow, stage.signal)
  const workspace = await stage.act(
    'Step 3',
    'Storage is provisioned',
    'the workspace of the contract is READY and has a bucket',
    () => showWorkspace(stage, consumer),
  )
  const bucket = await stage.act(
    'Step 4',
    'Credentials are shared',
    'the token from the data address gives temporary S3 credentials',
    () => getCredentials(stage, consumer),
  )
  const webhooks = await stage.act(
    'Step 5',
    "The consumer's backend uses it",
    'a subscription to events, and an upload by S3',
    async () => {
      const receiver = await subscribe(stage, consumer)
      await upload(stage, consumer, bucket)
      return receiver
    },
  )
  const events = consumer.events()
  const ordered = await stage.act(
    'Steps 6 and 7',
    "A third party's data arrive, and processing is triggered",
    'a job that waits, and a file that arrives',
    async () => {
      const made = await order(stage, consumer, dataSpace)
      await receive(stage, consumer, dataSpace, made, events)
      return made
    },
  )
  const record = await stage.act(
    'Step 8',
    'Execute and observe',
    'the job succeeds, and signed callbacks tell every event',
    async () => {
      const watched = await watchJob(stage, consumer, ordered, events)
      await checkCallbacks(stage, webhooks)
      return watched
    },
  )
  const results = await stage.act(
    'Step 8',
    'The results, and the proof of their delivery',
    'outputs with the digests of a manifest that is signed',
    () => fetchResults(stage, consumer, ordered),
  )
  if (cluster !== null && record !== null) {
    await stage.act(
      'Aside',
      'What the cluster had for the job',
      'a confined pod, and nothing that is left of it',
      () => showObjects(stage, cluster, ordered, record, provider.ready.storeUrl),
    )
  }
  const contract: Contract = { flow, consumer, workspace, bucket }
  const stranger = await stage.act(
    'Aside',
    'Another contract stays outside',
    "another contract's credentials are refused",
    () => tryStrangers(stage, provider, contract, ordered),
  )
  if (keep) {
    await stage.act('Kept', 'Everything goes on running, until Ctrl-C', 'a living service', () =>
      keepOpen(stage, provider, contract, ordered),
    )
    return
  }
  await stage.act(
    'The end',
    'The contract ends, and nothing is left',
    'access is refused, all data are deleted, and a signed report says so',
    async () => {
      await endContract(stage, provider, contract, stranger, results)
      if (namespace !== null) await closeNamespace(stage, namespace)
    },
  )

  conclude(stage, results, connector, performance.now() - begun)
}

async function realDataSpace(stage: Stage): Promise<DataSpace> {
  const connectors = await stage.act(
    'Before',
    'Three companies have connectors',
    'three connectors that answer',
    () => openConnectors(stage),
  )
  return RealDataSpace.start(stage, connectors)
}

const participants: Readonly<Record<Options['connector'], readonly (readonly string[])[]>> = {
  played: [
    ['control plane', "plays the operator's connector, which tells when contracts start and end"],
    ['consumer', 'has bought computing: a small backend that speaks HTTP and S3'],
    ['third party', 'has data that the consumer may use'],
  ],
  edc: [
    ['consumer', 'has bought computing: a small backend that speaks HTTP and S3'],
    ['third party', "has data that the consumer may use, and EDC's own data plane"],
    ['connectors', 'one of each company: real ones of EDC, which negotiate, start and end'],
  ],
}

function introduce({ terminal, cluster }: Stage, connector: Options['connector']): void {
  terminal.heading('dataspace-compute', 'selling computing in a data space')
  terminal.say(
    cluster === null
      ? 'This demo shows one contract from its start to its end, on this machine. Who takes part:'
      : 'This demo shows one contract from its start to its end, with its job in a pod. Who takes part:',
  )
  terminal.table([
    ['operator', 'sells computing: runs the service (the real program, as a process of its own)'],
    ...participants[connector],
    ...(cluster === null ? [] : [['cluster', 'runs the job: the Kubernetes of KUBECONFIG']]),
  ])
}

function conclude(
  { terminal, findings, times, checks, cluster }: Stage,
  { plot }: Results,
  connector: Options['connector'],
  tookMs: number,
): void {
  terminal.heading('Done', `${checks} checks passed, from start to end in ${seconds(tookMs)}`)
  terminal.table([...findings, ['times', times.join(', ')], ['plot', plot]])
  terminal.say('To go on:')
  terminal.table([
    ['add --keep', 'stops before the end and prints commands to try'],
    ...(connector === 'edc'
      ? [['docs/connectors.md', 'says how to put it beside a connector of your own']]
      : cluster === null
        ? [
            ['add --connector edc', 'the same with three real connectors of EDC; --help says more'],
            ['add --compute kubernetes', 'runs the job in a pod of your cluster; --help says more'],
          ]
        : [
            ['docs/kubernetes.md', 'explains what was seen of the cluster, and how to debug there'],
          ]),
    ['npm start', 'runs the service alone; its APIs explain themselves at /docs'],
    ['README.md', 'says what it is, and how to run it beside a real connector'],
  ])
}
