import { checksumHeader } from './checksums.ts'
import { writeConditions } from './conditions.ts'
import { inTransaction } from './database.ts'
import { emptyReply, type Exchange, type ObjectHandler } from './exchange.ts'
import type { NewObject } from './object-rows.ts'
import { announcedBytes, readBody } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import { readAttributes, readTagsOfWrite } from './write-headers.ts'

/** The largest object of one request, and the largest part: 5 GiB. */
export const maxWriteBytes = 5 * 1024 ** 3

/** The announced length of a write that there is room for. Throws before any byte is read. */
export async function admitBytes({ body, store }: Exchange): Promise<number> {
  const bytes = announcedBytes(body)
  if (bytes > maxWriteBytes) throw new S3Error('EntityTooLarge')
  await store.files.ensureRoom(bytes)
  return bytes
}

/**
 * Points the key at a new object in one transaction, if the caller may still do it, the bucket is
 * still there and the conditions of the request hold. Returns the files that nothing names any more.
 */
export function publish(
  exchange: Exchange,
  object: NewObject,
  alsoDo: () => readonly string[] = () => [],
): readonly string[] {
  const { store, request } = exchange
  return inTransaction(store.database, () => {
    exchange.admitAgain()
    store.buckets.get(object.bucket)
    writeConditions(request.headers, store.objects.find(object.bucket, object.key))
    return [...store.objects.replace(object), ...alsoDo()]
  })
}

export const putObject: ObjectHandler = async (exchange, bucket, key) => {
  const { store, request, body } = exchange
  const attributes = readAttributes(request.headers)
  const tags = readTagsOfWrite(exchange, bucket, key)
  store.buckets.get(bucket)
  writeConditions(request.headers, store.objects.find(bucket, key))
  const bytes = await admitBytes(exchange)
  const { object, unused } = await store.files.create(
    (draft) => readBody(body, bytes, (chunk) => draft.append(chunk)),
    (file, { size, etag, checksum }) => {
      const part = { number: 1, file, size, checksum: checksum?.value }
      const object: NewObject = {
        bucket,
        key,
        size,
        etag,
        modifiedAt: store.now(),
        attributes,
        tags,
        checksum: checksum === undefined ? undefined : { ...checksum, type: 'FULL_OBJECT' },
        parts: [part],
      }
      return { object, unused: publish(exchange, object) }
    },
  )
  await store.files.remove(unused)
  return emptyReply(200, writtenHeaders(object))
}

/** ETag and checksum of what was written. */
export function writtenHeaders({ etag, checksum }: Pick<NewObject, 'etag' | 'checksum'>) {
  return {
    etag: `"${etag}"`,
    ...(checksum === undefined
      ? {}
      : {
          [checksumHeader(checksum.algorithm)]: checksum.value,
          'x-amz-checksum-type': checksum.type,
        }),
  }
}
