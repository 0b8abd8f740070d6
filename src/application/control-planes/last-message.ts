import type { Application } from '../application.ts'

/** When a control plane last sent something, of any protocol; null: it did not, as far as exchanges are kept. */
export async function lastMessageAt(
  { database }: Pick<Application, 'database'>,
  controlPlaneId: string,
): Promise<Date | null> {
  const [last] = await database.read.exchanges.list({
    where: { controlPlaneId, direction: 'in' },
    orderBy: 'id',
    descending: true,
    limit: 1,
  })
  return last?.at ?? null
}
