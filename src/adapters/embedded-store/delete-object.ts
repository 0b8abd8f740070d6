import { writeConditions } from './conditions.ts'
import { inTransaction } from './database.ts'
import {
  emptyReply,
  xmlReply,
  type BucketHandler,
  type Exchange,
  type ObjectHandler,
} from './exchange.ts'
import { readDocument } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import {
  childOf,
  childrenOf,
  element,
  parseXmlRoot,
  requiredText,
  xmlDocument,
  type Xml,
} from './xml.ts'

const maxKeys = 1000
const maxDocumentBytes = 8 * 1024 * 1024

export const deleteObject: ObjectHandler = async ({ store, request }, bucket, key) => {
  store.buckets.get(bucket)
  if ((request.query.get('versionId') ?? 'null') !== 'null') throw new S3Error('NoSuchVersion')
  const unused = inTransaction(store.database, () => {
    writeConditions(request.headers, store.objects.find(bucket, key))
    return store.objects.remove(bucket, key)
  })
  await store.files.remove(unused)
  return emptyReply(204)
}

/** Who may delete none of the keys does not learn whether there is such a bucket. */
export const deleteObjects: BucketHandler = async (exchange, bucket) => {
  const { store } = exchange
  const document = parseXmlRoot(await readDocument(exchange.body, maxDocumentBytes), 'Delete')
  const objects = childrenOf(document, 'Object')
  if (objects.length === 0 || objects.length > maxKeys) throw new S3Error('MalformedXML')
  const isQuiet = childOf(document, 'Quiet')?.text === 'true'
  const wanted = objects.map((object) => ({
    key: requiredText(object, 'Key'),
    etag: childOf(object, 'ETag')?.text,
    versionId: childOf(object, 'VersionId')?.text,
  }))
  if (wanted.some(({ key }) => exchange.allows('s3:DeleteObject', bucket, key)))
    store.buckets.get(bucket)
  const unused: string[] = []
  const results = inTransaction(store.database, () =>
    wanted.map((one) => deleteOne(exchange, bucket, one, unused)),
  )
  await store.files.remove(unused)
  const shown = results.filter(({ isError }) => isError || !isQuiet).map(({ xml }) => xml)
  return xmlReply(xmlDocument('DeleteResult', shown))
}

function deleteOne(
  { store, allows }: Exchange,
  bucket: string,
  wanted: {
    readonly key: string
    readonly etag: string | undefined
    readonly versionId: string | undefined
  },
  unused: string[],
): { readonly isError: boolean; readonly xml: Xml } {
  const { key, etag } = wanted
  try {
    if (!allows('s3:DeleteObject', bucket, key)) throw new S3Error('AccessDenied')
    if ((wanted.versionId ?? 'null') !== 'null') throw new S3Error('NoSuchVersion')
    const conditions = new Map(etag === undefined ? [] : [['if-match', etag]])
    writeConditions(conditions, store.objects.find(bucket, key))
    unused.push(...store.objects.remove(bucket, key))
    return { isError: false, xml: element('Deleted', element('Key', key)) }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const details = [element('Code', error.code), element('Message', error.message)]
    return { isError: true, xml: element('Error', element('Key', key), ...details) }
  }
}
