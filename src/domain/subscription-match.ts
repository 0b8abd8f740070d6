import type { Subscription } from './delivery.ts'
import type { StoredEvent } from './event.ts'

/** Whether a subscription wants this event. Types may end in `.*`; every label must be there with that value. */
export function subscriptionMatches(
  subscription: Pick<Subscription, 'types' | 'labels'>,
  type: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    anyTypeMatches(subscription.types, type) &&
    Object.entries(subscription.labels).every(([name, value]) => labels[name] === value)
  )
}

/** No types at all mean every type. */
export function anyTypeMatches(wanted: readonly string[], type: string): boolean {
  return wanted.length === 0 || wanted.some((one) => typeMatches(one, type))
}

export function typeMatches(wanted: string, type: string): boolean {
  if (wanted === '*' || wanted === type) return true
  return wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))
}

/** The labels that an event's job had: what `subscriptionMatches` looks at. */
export function labelsOf(event: Pick<StoredEvent, 'data'>): Readonly<Record<string, string>> {
  const job = event.data['job']
  const labels = isRecord(job) && isRecord(job['labels']) ? job['labels'] : {}
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
