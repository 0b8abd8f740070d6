import type { Subscription } from './delivery.ts'

/** Whether a subscription wants this event. Types may end in `.*`; every label must be there with that value. */
export function subscriptionMatches(
  subscription: Pick<Subscription, 'types' | 'labels'>,
  type: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  const typeWanted =
    subscription.types.length === 0 ||
    subscription.types.some((wanted) => typeMatches(wanted, type))
  return (
    typeWanted &&
    Object.entries(subscription.labels).every(([name, value]) => labels[name] === value)
  )
}

export function typeMatches(wanted: string, type: string): boolean {
  if (wanted === '*' || wanted === type) return true
  return wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))
}
