import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { pageOfFew, type Page } from '../page-of-few.ts'
import type { PageWish } from '../services/list-services.ts'
import { workKinds, type ParkedWork, type WorkKind } from '../ports/work-queue.ts'

/** More than this is not looked through: the newest come first. */
const maxParked = 10_000

/** Names a parked row in the API: `<kind>.<id>`. */
export const parkedIdOf = ({ kind, id }: Pick<ParkedWork, 'kind' | 'id'>) => `${kind}.${id}`

/** Work that waits for a person, newest first. Of all kinds when none is named. */
export async function listParked(
  app: Application,
  kinds: readonly WorkKind[] | undefined,
  wish: PageWish,
): Promise<Page<ParkedWork>> {
  const parked = await app.database.read.work.parked(maxParked)
  const matching = parked.filter(({ kind }) => kinds?.includes(kind) ?? true)
  return pageOfFew(matching, parkedIdOf, wish)
}

/** Lets a parked row run again with a fresh count. Throws `not-found` when it is not parked. */
export async function retryParked(app: Application, parkedId: string): Promise<ParkedWork> {
  const separator = parkedId.indexOf('.')
  const kind = workKinds.find((name) => name === parkedId.slice(0, separator))
  const id = parkedId.slice(separator + 1)
  return app.database.transaction(async (tx) => {
    const parked = (await tx.work.parked(maxParked)).find(
      (one) => one.kind === kind && one.id === id,
    )
    if (parked === undefined || !(await tx.work.unpark(parked.kind, id, app.now()))) {
      throw new ProblemError('not-found', 'There is no such parked work.')
    }
    tx.afterCommit(() => app.log.info({ kind: parked.kind, id }, 'parked work runs again'))
    return parked
  })
}
