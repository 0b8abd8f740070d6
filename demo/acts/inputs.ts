import type { Bucket } from '../bucket.ts'
import type { Consumer, Event, Job, Subscription, Transfer } from '../consumer.ts'
import { dataset } from '../definitions.ts'
import type { Stage } from '../stage.ts'
import { group, shorten } from '../terminal.ts'
import { ThirdParty } from '../third-party.ts'
import { WebhookReceiver } from '../webhook-receiver.ts'

export type LiveEvents = AsyncGenerator<Event | { readonly progress: Transfer }>

export async function subscribe(stage: Stage, consumer: Consumer): Promise<WebhookReceiver> {
  const webhooks = stage.cleanup.use(new WebhookReceiver())
  const url = await webhooks.start()
  const { secret } = await consumer.call<Subscription>('POST', '/subscriptions', { url })
  webhooks.secret = secret
  stage.terminal.say(`It wants to be told what happens, at ${url}.`)
  stage.terminal.say(`The secret that signs these callbacks is shown once: ${shorten(secret)}`)
  return webhooks
}

export async function upload(stage: Stage, bucket: Bucket): Promise<void> {
  const content = await dataset('seattle-weather.csv')
  stage.terminal.say(
    'It puts a table of its own into the bucket with the AWS SDK (slowed down, to be seen):',
  )
  const bar = stage.terminal.bar('upload  daily.csv  ')
  await bucket.put('inputs/daily.csv', content, (bytes) => bar.update(bytes, content.length))
  bar.end()
  stage.prove(
    true,
    `daily.csv is in the bucket: the weather of Seattle, ${group(content.length)} bytes.`,
  )
}

export interface Order {
  readonly transfer: Transfer
  readonly job: Job
}

/** The job is ordered before its data are there. */
export async function order(stage: Stage, consumer: Consumer): Promise<Order> {
  const { terminal } = stage
  const transfer = await consumer.call<Transfer>('POST', '/transfers', {
    input: 'monthly.csv',
    expect: true,
  })
  terminal.say(
    'The second table, CO₂ in the air, belongs to a third party under a contract of its own.',
  )
  terminal.say(
    'The consumer says that it is expected, and gets an address for its connector to call back:',
  )
  terminal.quote(shorten(transfer.callbackAddress?.uri ?? '?', 60))
  const job = await consumer.call<Job>('POST', '/jobs', {
    serviceId: 'table-summary',
    parameters: { TITLE: 'Seattle and the air' },
    labels: { order: '4711' },
    start: 'when-inputs-ready',
  })
  terminal.say('It orders the job now, to be started when all inputs are there:')
  terminal.quote(`${job.id}  ${job.state}`)
  stage.prove(job.state === 'WAITING_FOR_INPUTS', 'The job waits for monthly.csv by itself.')
  return { transfer, job }
}

export async function receive(
  stage: Stage,
  { transfer }: Order,
  events: LiveEvents,
): Promise<ThirdParty> {
  const { terminal, signal } = stage
  const file = await dataset('co2-concentration.csv')
  const thirdParty = stage.cleanup.use(await ThirdParty.start(file, signal))
  const callback = transfer.callbackAddress?.uri ?? ''
  terminal.say(
    'The third party agrees. The connector posts its event, with address and token of the file:',
  )
  const answer = await thirdParty.postStarted(callback)
  terminal.quote(
    `→ POST TransferProcessStarted { "endpoint": "${thirdParty.fileUrl}", "authorization": "${shorten(thirdParty.token)}" }`,
  )
  terminal.quote(`← ${answer.status} ${answer.text}`)
  terminal.say('The service pulls the file from there:')
  const bar = terminal.bar('pull    monthly.csv')
  for await (const event of { [Symbol.asyncIterator]: () => keepOpen(events) }) {
    if ('progress' in event) bar.update(event.progress.bytesDone, file.length)
    else if (event.type === 'transfer.failed') throw new Error(JSON.stringify(event.data))
    else if (event.type === 'transfer.succeeded') break
  }
  bar.update(file.length, file.length)
  bar.end()
  stage.prove(
    true,
    `monthly.csv is in the bucket: ${group(file.length)} bytes that the consumer never had to carry.`,
  )
  return thirdParty
}

/** So that leaving a loop does not end the stream. */
const keepOpen = (events: LiveEvents): AsyncIterator<Event | { readonly progress: Transfer }> => ({
  next: () => events.next(),
})
