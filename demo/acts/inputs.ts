import type { Bucket } from '../bucket.ts'
import type { Consumer, Event, Job, Subscription, Transfer } from '../consumer.ts'
import { dataset } from '../definitions.ts'
import type { DataSpace } from '../data-space.ts'
import type { Stage } from '../stage.ts'
import { group, seconds, shortId, shorten } from '../terminal.ts'
import { ThirdParty } from '../third-party.ts'
import { WebhookReceiver } from '../webhook-receiver.ts'

export type LiveEvents = AsyncGenerator<Event | { readonly progress: Transfer }, undefined>

export async function subscribe(stage: Stage, consumer: Consumer): Promise<WebhookReceiver> {
  const webhooks = stage.cleanup.use(new WebhookReceiver())
  const url = await webhooks.start()
  const { secret } = await consumer.call<Subscription>('POST', '/subscriptions', { url })
  webhooks.secret = secret
  stage.terminal.say(`It wants to be told what happens, at ${url},`)
  stage.terminal.say(`by callbacks that are signed with a secret of their own: ${shorten(secret)}`)
  return webhooks
}

export async function upload(stage: Stage, consumer: Consumer, bucket: Bucket): Promise<void> {
  const content = await dataset('seattle-weather.csv')
  stage.terminal.say(
    'It puts a table of its own into the bucket with the AWS SDK (slowed down, to be seen):',
  )
  const bar = stage.terminal.bar('upload  daily.csv  ')
  await bucket.put('inputs/daily.csv', content, (bytes) => bar.update(bytes, content.length))
  bar.end()
  const { headers } = await consumer.ask('HEAD', '/inputs/daily.csv')
  stage.prove(
    Number(headers.get('content-length')) === content.length,
    `daily.csv is in the bucket: the weather of Seattle, ${group(content.length)} bytes.`,
  )
}

export interface Order {
  readonly transfer: Transfer
  readonly job: Job
}

/** The job is ordered before its data are there. */
export async function order(stage: Stage, consumer: Consumer, { way }: DataSpace): Promise<Order> {
  const { terminal } = stage
  const transfer = await consumer.call<Transfer>('POST', '/transfers', {
    input: 'monthly.csv',
    expect: true,
  })
  terminal.say(
    'The second table, CO₂ in the air, belongs to a third party under a contract of its own.',
  )
  const [use, url] =
    way === 'pull'
      ? ['an address for its connector to call (transfer callback)', transfer.callbackAddress?.uri]
      : ['a destination that data can be pushed to', transfer.dataDestination?.baseUrl]
  terminal.say(`The consumer says that it is expected, and gets ${use}:`)
  terminal.quote(shorten(url ?? '?', 60))
  const job = await consumer.call<Job>('POST', '/jobs', {
    serviceId: 'table-summary',
    parameters: { TITLE: 'Seattle and the air' },
    labels: { order: '4711' },
    start: 'when-inputs-ready',
  })
  terminal.say('It orders the job now, to be started when all inputs are there.')
  stage.prove(
    job.state === 'WAITING_FOR_INPUTS',
    `${shortId(job.id)} is ${job.state}: nobody has to start it later.`,
  )
  return { transfer, job }
}

export async function receive(
  stage: Stage,
  consumer: Consumer,
  dataSpace: DataSpace,
  { transfer }: Order,
  events: LiveEvents,
): Promise<void> {
  const { terminal, signal } = stage
  const file = await dataset('co2-concentration.csv')
  const thirdParty = stage.cleanup.use(await ThirdParty.start(file, signal))
  const begun = performance.now()
  const { settled } = await dataSpace.deliver(stage, thirdParty, transfer)
  const bar = terminal.bar(`${dataSpace.way}    monthly.csv`)
  await untilTransferred(events, (bytes) => bar.update(bytes, file.length))
  bar.update(file.length, file.length)
  bar.end()
  stage.times.push(`${dataSpace.way} ${seconds(performance.now() - begun)}`)
  stage.prove(
    (await consumer.download('/inputs/monthly.csv')).equals(file),
    `monthly.csv is in the bucket: the same ${group(file.length)} bytes.`,
  )
  await settled()
}

async function untilTransferred(
  events: LiveEvents,
  onProgress: (bytes: number) => void,
): Promise<void> {
  for (;;) {
    const { value } = await events.next()
    if (value === undefined) throw new Error('the stream of events has ended')
    if ('progress' in value) onProgress(value.progress.bytesDone)
    else if (value.type === 'transfer.succeeded') return
    else if (value.type === 'transfer.failed') throw new Error(JSON.stringify(value.data))
  }
}
