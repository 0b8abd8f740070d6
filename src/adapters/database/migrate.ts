import { CompiledQuery } from 'kysely'
import { initialSchema } from './migrations/0001-initial.ts'
import { connectorsSchema } from './migrations/0002-connectors.ts'
import { tokenUsesSchema } from './migrations/0003-token-uses.ts'
import type { Executor } from './table.ts'

/** In order; an entry is never changed once it was released. */
const migrations: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  { name: '0001-initial', statements: initialSchema },
  { name: '0002-connectors', statements: connectorsSchema },
  { name: '0003-token-uses', statements: tokenUsesSchema },
]

/** Brings the schema up to date, each migration in one transaction. Returns the names of those that ran. */
export async function migrate(executor: Executor): Promise<readonly string[]> {
  const run = (text: string) => executor.executeQuery(CompiledQuery.raw(text))
  await run(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at bigint NOT NULL)',
  )
  const applied = new Set(
    (await executor.selectFrom('migrations').select('name').execute()).map(({ name }) => name),
  )
  const unknown = [...applied].filter((name) => !migrations.some((entry) => entry.name === name))
  if (unknown.length > 0) {
    throw new Error(`the database is newer than this program: it has ${unknown.join(', ')}`)
  }
  const pending = migrations.filter(({ name }) => !applied.has(name))
  for (const { name, statements } of pending) {
    await executor.transaction().execute(async (transaction) => {
      for (const statement of statements) {
        await transaction.executeQuery(CompiledQuery.raw(statement))
      }
      await transaction.insertInto('migrations').values({ name, applied_at: Date.now() }).execute()
    })
  }
  return pending.map(({ name }) => name)
}
