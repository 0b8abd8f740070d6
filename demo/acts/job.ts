import type { Consumer, Event, Job } from '../consumer.ts'
import type { PodRecord } from '../kubernetes/pod-record.ts'
import type { Stage } from '../stage.ts'
import { seconds } from '../terminal.ts'
import type { WebhookReceiver } from '../webhook-receiver.ts'
import type { LiveEvents, Order } from './inputs.ts'

const meanings: Readonly<Record<string, string>> = {
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
): Promise<PodRecord | null> {
  const { terminal } = stage
  const record = await recordOf(stage, job.id)
  const begun = performance.now()
  terminal.say('The job has started by itself. What happens, live:')
  let log: Promise<void> | undefined
  let last = ''
  while (last !== 'job.succeeded') {
    const { value: event } = await events.next()
    if (event === undefined) throw new Error('the stream of events has ended')
    if ('progress' in event || event.subject !== `jobs/${job.id}`) continue
    last = event.type
    if (last === 'job.failed' || last === 'job.cancelled') throw new Error(failureOf(event))
    // A worker that is quick may have ended before anyone has seen it run.
    if (last === 'job.running' || last === 'job.collecting')
      log ??= showLog(stage, consumer, job.id)
    if (last !== 'job.running') await log
    const meaning = meanings[last]
    if (meaning !== undefined) terminal.say(`${last.padEnd(15)} ${meaning}`)
  }
  await record?.gone
  stage.times.push(`job ${seconds(performance.now() - begun)}`)
  const { state } = await consumer.call<Job>('GET', `/jobs/${job.id}`)
  stage.prove(state === 'SUCCEEDED', 'The job has SUCCEEDED.')
  return record
}

/** Null: no pod runs the job. */
async function recordOf(stage: Stage, jobId: string): Promise<PodRecord | null> {
  const { cluster } = stage
  if (cluster === null) return null
  const { PodRecord: Record } = await import('../kubernetes/pod-record.ts')
  return new Record(stage, cluster, jobId)
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

function failureOf({ type, data }: Event): string {
  const { failure } = (data as { readonly job?: Job }).job ?? {}
  if (failure === undefined || failure === null) return `the job ended with ${type}`
  return `the job ended with ${type}, ${failure.code}: ${failure.message} What to do: ${failure.nextStep}`
}

export async function checkCallbacks(stage: Stage, webhooks: WebhookReceiver): Promise<void> {
  const { terminal, signal } = stage
  const events = await webhooks.allUntil('job.succeeded', 20_000, signal)
  terminal.say("Meanwhile the consumer's own address has been told the same, by signed callbacks:")
  const cells = events.map(({ event, isGenuine }) => [
    String(Number(event.sequence)).padStart(6),
    event.type,
    isGenuine ? 'genuine' : 'WRONG',
  ])
  const head = ['number', 'event', 'signature']
  const half = Math.ceil(cells.length / 2)
  terminal.table([
    [...head, ...head],
    ...cells.slice(0, half).map((row, index) => [...row, ...(cells[half + index] ?? [])]),
  ])
  const numbers = events.map(({ event }) => Number(event.sequence))
  const first = numbers[0] ?? 0
  stage.prove(
    events.every(({ isGenuine, takesForgery }) => isGenuine && !takesForgery),
    'Every signature is genuine; with one more character in the body, none would be.',
  )
  stage.prove(
    numbers.every((number, index) => number === first + index),
    `No number is missing. (The subscription was made after number ${first - 1}.)`,
  )
  stage.findings.push(['callbacks', `${numbers.length} events, all genuine, none lost`])
}
