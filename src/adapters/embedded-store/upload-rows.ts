import type { DatabaseSync } from 'node:sqlite'
import { text } from './database.ts'
import { S3Error } from './s3-error.ts'
import { toUpload, toUploadedPart, type StoredUpload, type UploadedPart } from './stored.ts'

/** Multipart uploads that are neither completed nor aborted, and their parts. */
export class UploadRows {
  readonly #database: DatabaseSync
  readonly #find
  readonly #parts
  readonly #part
  readonly #insertPart
  readonly #deletePart
  readonly #names

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#find = database.prepare('SELECT * FROM uploads WHERE id = ?')
    this.#parts = database.prepare(
      'SELECT * FROM upload_parts WHERE upload_id = ? AND number > ? ORDER BY number LIMIT ?',
    )
    this.#part = database.prepare('SELECT * FROM upload_parts WHERE upload_id = ? AND number = ?')
    this.#insertPart = database.prepare(
      `INSERT INTO upload_parts (upload_id, number, file, size, etag, checksum_algorithm, checksum, modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#deletePart = database.prepare(
      'DELETE FROM upload_parts WHERE upload_id = ? AND number = ?',
    )
    this.#names = database.prepare('SELECT 1 FROM upload_parts WHERE file = ?')
  }

  create(upload: StoredUpload): void {
    this.#database
      .prepare(
        `INSERT INTO uploads (id, bucket, key, created_at, attributes, tags, checksum_algorithm, checksum_type)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        upload.id,
        upload.bucket,
        upload.key,
        upload.createdAt.getTime(),
        JSON.stringify(upload.attributes),
        JSON.stringify(upload.tags),
        upload.checksum?.algorithm ?? null,
        upload.checksum?.type ?? null,
      )
  }

  find(bucket: string, key: string, id: string): StoredUpload | undefined {
    const row = this.#find.get(id)
    if (row === undefined) return undefined
    const upload = toUpload(row)
    return upload.bucket === bucket && upload.key === key ? upload : undefined
  }

  /** Throws NoSuchUpload, also when the upload is one of another key. */
  get(bucket: string, key: string, id: string): StoredUpload {
    const upload = this.find(bucket, key, id)
    if (upload === undefined) throw new S3Error('NoSuchUpload', undefined, { UploadId: id })
    return upload
  }

  /** In the order of key and id. */
  ofBucket(bucket: string): readonly StoredUpload[] {
    return this.#database
      .prepare('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, id')
      .all(bucket)
      .map(toUpload)
  }

  parts(id: string, afterNumber = 0, limit = -1): readonly UploadedPart[] {
    return this.#parts.all(id, afterNumber, limit).map(toUploadedPart)
  }

  /** Puts a part in the place of an earlier one of its number. Returns the earlier one's file. */
  putPart(id: string, part: UploadedPart): readonly string[] {
    const earlier = this.#part.get(id, part.number)
    this.#deletePart.run(id, part.number)
    this.#insertPart.run(
      id,
      part.number,
      part.file,
      part.size,
      part.etag,
      part.checksumAlgorithm ?? null,
      part.checksum ?? null,
      part.modifiedAt.getTime(),
    )
    return earlier === undefined ? [] : [text(earlier, 'file')]
  }

  /** Removes the upload with its parts. Returns their files. */
  remove(id: string): readonly string[] {
    const files = this.parts(id).map(({ file }) => file)
    this.#database.prepare('DELETE FROM uploads WHERE id = ?').run(id)
    return files
  }

  namesFile(file: string): boolean {
    return this.#names.get(file) !== undefined
  }
}
