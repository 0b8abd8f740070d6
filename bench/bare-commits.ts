import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

type Row = Record<string, SQLInputValue>

/**
 * Commits the rows of the last submission again and again, each time under other keys, with nothing around SQLite.
 * `from` is a database that submissions were made in; it is read only. Seconds.
 */
export function bareCommits(from: string, to: string, count: number): number {
  const source = new DatabaseSync(from, { readOnly: true })
  const last = (table: string, order: string) =>
    source.prepare(`SELECT * FROM ${table} ORDER BY ${order} DESC LIMIT 1`).get() as Row
  const job = last('jobs', 'id')
  const event = last('events', 'at')
  const work = last('work', "kind = 'job' DESC, id")
  const workspace = last('workspaces', 'id')
  const schema = source
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('jobs','events','work','workspaces')",
    )
    .all()
  source.close()

  const database = new DatabaseSync(to)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000')
  for (const { sql } of schema) if (typeof sql === 'string') database.exec(sql)
  const insert = (table: string, row: Row) => {
    const columns = Object.keys(row)
    const names = columns.map((name) => `"${name}"`).join(', ')
    const marks = columns.map(() => '?').join(', ')
    return database.prepare(`INSERT INTO ${table} (${names}) VALUES (${marks})`)
  }
  insert('workspaces', workspace).run(...Object.values(workspace))
  const insertJob = insert('jobs', job)
  const insertEvent = insert('events', event)
  const insertWork = insert('work', work)
  const countEvent = database.prepare('UPDATE workspaces SET last_sequence = ? WHERE id = ?')
  const begun = performance.now()
  for (let index = 0; index < count; index += 1) {
    const id = `job-bare-${index}`
    database.exec('BEGIN')
    insertJob.run(...Object.values({ ...job, id }))
    countEvent.run(index, workspace['id'] ?? null)
    insertEvent.run(...Object.values({ ...event, id: `evt-bare-${index}`, sequence: index }))
    insertWork.run(...Object.values({ ...work, id }))
    database.exec('COMMIT')
  }
  const seconds = (performance.now() - begun) / 1000
  database.close()
  return seconds
}
