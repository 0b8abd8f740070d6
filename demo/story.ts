import {
  getCredentials,
  showWorkspace,
  startFlow,
  startService,
  consumerOf,
} from './acts/opening.ts'
import { closeNamespace, openNamespace, showObjects } from './acts/cluster.ts'
import { endContract, tryStrangers, type Contract } from './acts/ending.ts'
import { order, receive, subscribe, upload } from './acts/inputs.ts'
import { checkCallbacks, watchJob } from './acts/job.ts'
import { fetchResults, type Results } from './acts/results.ts'
import { newAgreement } from './control-plane.ts'
import { keepOpen } from './keep.ts'
import type { Stage } from './stage.ts'
import { seconds, shorten } from './terminal.ts'

/** The eight steps of one contract, told in the order in which they happen. */
export async function tellStory(stage: Stage, keep: boolean): Promise<void> {
  const { terminal } = stage
  const begun = performance.now()
  introduce(stage)

  const { cluster } = stage
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
    startService,
  )
  const agreement = newAgreement('weather-institute')
  await stage.act('Step 1', 'The consumer requests the compute asset', 'an agreement', () => {
    terminal.say('Both connectors negotiate a contract. The service has no part in that.')
    terminal.say(
      `Say they have agreed: agreement ${shorten(agreement.agreementId)} with the consumer "${agreement.consumer}".`,
    )
    return Promise.resolve()
  })
  const started = await stage.act(
    'Step 2',
    'The connector triggers provisioning',
    'the service accepts the start message and answers with a data address',
    () => startFlow(stage, provider, agreement),
  )
  const consumer = consumerOf(started, stage.signal)
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
    'a job that waits, and a file that arrives by transfer callback and pull',
    async () => {
      const made = await order(stage, consumer)
      await receive(stage, consumer, made, events)
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
  const contract: Contract = { started, consumer, workspace, bucket }
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

  conclude(stage, results, performance.now() - begun)
}

function introduce({ terminal, cluster }: Stage): void {
  terminal.heading('dataspace-compute', 'selling computing in a data space')
  terminal.say(
    cluster === null
      ? 'This demo shows one contract from its start to its end, on this machine. Who takes part:'
      : 'This demo shows one contract from its start to its end, with its job in a pod. Who takes part:',
  )
  terminal.table([
    ['operator', 'sells computing: runs the service (the real program, as a process of its own)'],
    ['control plane', "plays the operator's connector, which tells when contracts start and end"],
    ['consumer', 'has bought computing: a small backend that speaks HTTP and S3'],
    ['third party', 'has data that the consumer may use'],
    ...(cluster === null ? [] : [['cluster', 'runs the job: the Kubernetes of KUBECONFIG']]),
  ])
}

function conclude(
  { terminal, findings, times, checks, cluster }: Stage,
  { plot }: Results,
  tookMs: number,
): void {
  terminal.heading('Done', `${checks} checks passed, from start to end in ${seconds(tookMs)}`)
  terminal.table([...findings, ['times', times.join(', ')], ['plot', plot]])
  terminal.say('To go on:')
  terminal.table([
    ['add --keep', 'stops before the end and prints commands to try'],
    ...(cluster === null
      ? [['add --compute kubernetes', 'runs the job in a pod of your cluster; --help says more']]
      : [['docs/kubernetes.md', 'explains what was seen of the cluster, and how to debug there']]),
    ['npm start', 'runs the service alone; its APIs explain themselves at /docs'],
    ['README.md', 'says what it is, and how to run it beside a real connector'],
  ])
}
