import type { ConsumerClient } from '../../test/support/consumer-client.ts'
import { until } from '../../test/support/until.ts'

export const endTypes: readonly string[] = ['job.succeeded', 'job.failed', 'job.cancelled']

interface EventPage {
  readonly items: readonly { readonly type: string; readonly subject: string }[]
  readonly after: string
}

export interface EndsOptions {
  readonly count: number
  readonly types: readonly string[]
  /** Any other than the first of `types` fails, unless this is the one that is waited for. */
  readonly wanted?: string
  readonly check: () => void
  readonly withinMs?: number
}

/** Follows the events until so many jobs have one of the wanted type. How often each was told. */
export async function endsOf(
  consumer: ConsumerClient,
  { count, types, wanted = types[0], check, withinMs = 600_000 }: EndsOptions,
): Promise<ReadonlyMap<string, number>> {
  const told = new Map<string, number>()
  let after = '0'
  const step = async () => {
    check()
    const query = `/events?after=${after}&type=${types.join(',')}&limit=500&wait=5`
    const { body, status, text } = await consumer.call('GET', query)
    if (status !== 200) throw new Error(text)
    const page = body as EventPage
    for (const event of page.items) {
      if (event.type !== wanted) throw new Error(JSON.stringify(event))
      told.set(event.subject, (told.get(event.subject) ?? 0) + 1)
    }
    after = page.after
    return told.size >= count
  }
  await until(`${count} of ${wanted}`, step, withinMs)
  return told
}
