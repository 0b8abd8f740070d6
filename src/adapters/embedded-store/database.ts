import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

export type Row = Readonly<Record<string, SQLOutputValue>>

const schema = `
CREATE TABLE buckets (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  policy TEXT,
  tags TEXT,
  lifecycle TEXT,
  public_access_block TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE objects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL REFERENCES buckets (name),
  key TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified_at INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  tags TEXT,
  checksum_algorithm TEXT,
  checksum_type TEXT,
  checksum TEXT,
  upload_id TEXT,
  UNIQUE (bucket, key)
) STRICT;
CREATE TABLE object_parts (
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  number INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  checksum TEXT,
  PRIMARY KEY (object_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL REFERENCES buckets (name),
  key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  tags TEXT,
  checksum_algorithm TEXT,
  checksum_type TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_key ON uploads (bucket, key, id);
CREATE TABLE upload_parts (
  upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum_algorithm TEXT,
  checksum TEXT,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (upload_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  access_key_id TEXT PRIMARY KEY,
  sealed_secret TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  session_name TEXT NOT NULL,
  policy TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
const schemaVersion = 1

/**
 * Opens the store's own database and holds it alone: a second process on the same file is refused.
 * A commit has reached the disk when it returns.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;')
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    inTransaction(database, () => ensureSchema(database))
  } catch (error) {
    database.close()
    if (error instanceof Error && error.message.includes('locked'))
      throw new Error(`Another process uses the embedded store of ${file}.`, { cause: error })
    throw error
  }
  return database
}

function ensureSchema(database: DatabaseSync): void {
  const version = integer(database.prepare('PRAGMA user_version').get(), 'user_version')
  if (version > schemaVersion)
    throw new Error(`The embedded store was written by a newer version (schema ${version}).`)
  if (version === schemaVersion) return
  database.exec(schema)
  database.exec(`PRAGMA user_version = ${schemaVersion}`)
}

/** Runs synchronous statements as one durable transaction. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

export function text(row: Row | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new Error(`The column ${column} holds no text.`)
  return value
}

export function integer(row: Row | undefined, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new Error(`The column ${column} holds no number.`)
  return value
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}
