import type { DatabaseSync } from 'node:sqlite'
import type { Checksum } from './checksums.ts'
import { integer, optionalText, text } from './database.ts'
import { S3Error } from './s3-error.ts'
import {
  toObject,
  toPart,
  type Attributes,
  type StoredObject,
  type StoredPart,
  type Tags,
} from './stored.ts'

/** An object about to be pointed to by its key. */
export interface NewObject {
  readonly bucket: string
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly modifiedAt: Date
  readonly attributes: Attributes
  readonly tags: Tags
  readonly checksum: Checksum | undefined
  readonly uploadId?: string
  readonly parts: readonly StoredPart[]
}

/** What a list shows of an object. */
export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly modifiedAt: Date
  readonly checksumAlgorithm: string | undefined
  readonly checksumType: string | undefined
}

const listColumns = 'key, size, etag, modified_at, checksum_algorithm, checksum_type'

/** Keys, and the objects that they point to. */
export class ObjectRows {
  readonly #find
  readonly #parts
  readonly #insert
  readonly #insertPart
  readonly #delete
  readonly #setTags
  readonly #pageFrom
  readonly #pageAfter
  readonly #names

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?')
    this.#parts = database.prepare(
      'SELECT * FROM object_parts WHERE object_id = ? ORDER BY position',
    )
    this.#insert = database.prepare(
      `INSERT INTO objects (bucket, key, size, etag, modified_at, attributes, tags,
         checksum_algorithm, checksum_type, checksum, upload_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    )
    this.#insertPart = database.prepare(
      'INSERT INTO object_parts (object_id, position, number, file, size, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#delete = database.prepare('DELETE FROM objects WHERE id = ?')
    this.#setTags = database.prepare('UPDATE objects SET tags = ? WHERE id = ?')
    const page = (comparison: string) =>
      database.prepare(
        `SELECT ${listColumns} FROM objects WHERE bucket = ? AND key ${comparison} ? ORDER BY key LIMIT ?`,
      )
    this.#pageFrom = page('>=')
    this.#pageAfter = page('>')
    this.#names = database.prepare('SELECT 1 FROM object_parts WHERE file = ?')
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#find.get(bucket, key)
    return row === undefined ? undefined : toObject(row)
  }

  /** Throws NoSuchKey. */
  get(bucket: string, key: string): StoredObject {
    const object = this.find(bucket, key)
    if (object === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key })
    return object
  }

  parts(object: StoredObject): readonly StoredPart[] {
    return this.#parts.all(object.id).map(toPart)
  }

  /** Points the key at a new object. Returns the files of the object that it pointed to before. */
  replace(object: NewObject): readonly string[] {
    const removed = this.remove(object.bucket, object.key)
    const { checksum } = object
    const row = this.#insert.get(
      object.bucket,
      object.key,
      object.size,
      object.etag,
      object.modifiedAt.getTime(),
      JSON.stringify(object.attributes),
      JSON.stringify(object.tags),
      checksum?.algorithm ?? null,
      checksum?.type ?? null,
      checksum?.value ?? null,
      object.uploadId ?? null,
    )
    const id = integer(row, 'id')
    for (const [position, part] of object.parts.entries())
      this.#insertPart.run(id, position, part.number, part.file, part.size, part.checksum ?? null)
    return removed
  }

  /** Removes the key if it is there. Returns the files that it pointed to. */
  remove(bucket: string, key: string): readonly string[] {
    const object = this.find(bucket, key)
    if (object === undefined) return []
    const files = this.parts(object).map(({ file }) => file)
    this.#delete.run(object.id)
    return files
  }

  setTags(object: StoredObject, tags: Tags): void {
    this.#setTags.run(JSON.stringify(tags), object.id)
  }

  /** Up to `limit` keys in the order of their UTF-8 bytes. */
  page(bucket: string, from: string, inclusive: boolean, limit: number): readonly ListedObject[] {
    const statement = inclusive ? this.#pageFrom : this.#pageAfter
    return statement.all(bucket, from, limit).map((row) => ({
      key: text(row, 'key'),
      size: integer(row, 'size'),
      etag: text(row, 'etag'),
      modifiedAt: new Date(integer(row, 'modified_at')),
      checksumAlgorithm: optionalText(row, 'checksum_algorithm'),
      checksumType: optionalText(row, 'checksum_type'),
    }))
  }

  namesFile(file: string): boolean {
    return this.#names.get(file) !== undefined
  }
}
