import type { Consumer, Event } from '../consumer.ts'
import type { Stage } from '../stage.ts'
import type { WebhookReceiver } from '../webhook-receiver.ts'
import type { LiveEvents, Order } from './inputs.ts'

const meanings: Readonly<Record<string, string>> = {
  'input.available': 'an input is whole',
  'job.queued': 'all inputs are there, and are kept as they are',
  'job.staging': 'the inputs are put where the worker looks for them',
  'job.running': 'the worker computes',
  'job.collecting': 'the outputs are put into the bucket, and checked',
  'job.succeeded': 'the results can be fetched',
}

/** Events come as they happen (server-sent events), and the worker's log as it is written. */
export async function watchJob(
  stage: Stage,
  consumer: Consumer,
  { job }: Order,
  events: LiveEvents,
): Promise<void> {
  const { terminal } = stage
  terminal.say('The job has started by itself. What happens, live:')
  let log: Promise<void> | undefined
  for await (const event of events) {
    if ('progress' in event || event.subject !== `jobs/${job.id}`) continue
    if (event.type === 'job.running') log = showLog(stage, consumer, job.id)
    else await log
    if (event.type in meanings)
      terminal.say(`${event.type.padEnd(15)} ${meanings[event.type] ?? ''}`)
    if (event.type === 'job.succeeded') break
    if (['job.failed', 'job.cancelled'].includes(event.type)) throw new Error(failureOf(event))
  }
  stage.prove(log !== undefined, 'The job has SUCCEEDED.')
}

async function showLog(stage: Stage, consumer: Consumer, jobId: string): Promise<void> {
  const bar = stage.terminal.bar('job     computes   ', '%')
  for await (const line of consumer.followLog(jobId)) {
    const progress = /progress (\d+) %/.exec(line)?.[1]
    if (progress === undefined) stage.terminal.quote(line)
    else bar.update(Number(progress), 100)
  }
  bar.end()
}

const failureOf = (event: Event) =>
  `the job ended with ${event.type}: ${JSON.stringify(event.data)}`

export async function checkCallbacks(stage: Stage, webhooks: WebhookReceiver): Promise<void> {
  const { terminal, signal } = stage
  await webhooks.until('job.succeeded', 20_000, signal)
  terminal.say("Meanwhile the consumer's own address has been told the same, in signed callbacks:")
  terminal.table([
    ['number', 'event', 'about', 'signature'],
    ...webhooks.received.map(({ event, isGenuine }) => [
      String(Number(event.sequence)).padStart(6),
      event.type,
      event.subject,
      isGenuine ? 'genuine' : 'WRONG',
    ]),
  ])
  const numbers = webhooks.received.map(({ event }) => Number(event.sequence))
  const first = numbers[0] ?? 0
  stage.prove(
    webhooks.received.every(({ isGenuine, takesForgery }) => isGenuine && !takesForgery),
    'Every signature is genuine; with one more character in the body, none would be.',
  )
  stage.prove(
    numbers.every((number, index) => number === first + index),
    'The numbers have no gap: no event was lost.',
  )
}
