import { canonicalJson } from '../domain/canonical-json.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Application } from './application.ts'
import type { Transaction } from './ports/database.ts'

export interface KeyedRequest {
  /** A workspace's id, or `management`. */
  readonly scope: string
  /** `Idempotency-Key`; undefined: every request makes something new. */
  readonly key: string | undefined
  /** The `operationId`. */
  readonly operation: string
  /** The parsed body. The order of its fields does not matter. */
  readonly body: unknown
}

/**
 * Makes a resource once for each key: `make` returns its id, in this transaction. A repeat with the same body gets
 * the id of the first one (`made` is false). Throws `idempotency-key-reused` for another body or operation.
 */
export async function once(
  app: Application,
  tx: Transaction,
  { scope, key, operation, body }: KeyedRequest,
  make: () => Promise<string>,
): Promise<{ readonly id: string; readonly made: boolean }> {
  if (key === undefined) return { id: await make(), made: true }
  const bodySha256 = app.sha256Hex(canonicalJson(body))
  const createdAt = app.now()
  const entry = { scope, key, operation, bodySha256, resourceId: '', createdAt }
  if (await tx.idempotency.insertIfAbsent(entry)) {
    const resourceId = await make()
    await tx.idempotency.update({ scope, key }, { resourceId })
    return { id: resourceId, made: true }
  }
  const first = await tx.idempotency.get({ scope, key })
  if (first?.operation !== operation || first.bodySha256 !== bodySha256) {
    throw new ProblemError(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request.',
      { nextStep: 'Use a new key for each new request.' },
    )
  }
  return { id: first.resourceId, made: false }
}
