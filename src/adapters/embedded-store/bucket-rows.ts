import type { DatabaseSync } from 'node:sqlite'
import { integer, optionalText, text, type Row } from './database.ts'
import { S3Error } from './s3-error.ts'
import { readTags, type Tags } from './stored.ts'

export interface StoredBucket {
  readonly name: string
  readonly createdAt: Date
  readonly policy: string | undefined
  readonly tags: Tags
  readonly lifecycle: string | undefined
  readonly publicAccessBlock: string | undefined
}

const settings = {
  policy: 'policy',
  tags: 'tags',
  lifecycle: 'lifecycle',
  publicAccessBlock: 'public_access_block',
} as const

const toBucket = (row: Row): StoredBucket => ({
  name: text(row, 'name'),
  createdAt: new Date(integer(row, 'created_at')),
  policy: optionalText(row, 'policy'),
  tags: readTags(optionalText(row, 'tags')),
  lifecycle: optionalText(row, 'lifecycle'),
  publicAccessBlock: optionalText(row, 'public_access_block'),
})

/** Buckets and their settings. */
export class BucketRows {
  readonly #database: DatabaseSync
  readonly #find
  readonly #inUse

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#find = database.prepare('SELECT * FROM buckets WHERE name = ?')
    this.#inUse = database.prepare('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1')
  }

  find(name: string): StoredBucket | undefined {
    const row = this.#find.get(name)
    return row === undefined ? undefined : toBucket(row)
  }

  /** Throws NoSuchBucket. */
  get(name: string): StoredBucket {
    const bucket = this.find(name)
    if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name })
    return bucket
  }

  list(): readonly StoredBucket[] {
    return this.#database.prepare('SELECT * FROM buckets ORDER BY name').all().map(toBucket)
  }

  create(name: string, createdAt: Date, tags: Tags): void {
    this.#database
      .prepare('INSERT INTO buckets (name, created_at, tags) VALUES (?, ?, ?)')
      .run(name, createdAt.getTime(), JSON.stringify(tags))
  }

  hasObjects(name: string): boolean {
    return this.#inUse.get(name) !== undefined
  }

  /** The bucket must hold no object and no upload. */
  delete(name: string): void {
    this.#database.prepare('DELETE FROM buckets WHERE name = ?').run(name)
  }

  set(name: string, setting: keyof typeof settings, value: string | null): void {
    this.#database
      .prepare(`UPDATE buckets SET ${settings[setting]} = ? WHERE name = ?`)
      .run(value, name)
  }
}
