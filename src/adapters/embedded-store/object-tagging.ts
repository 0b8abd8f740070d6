import { inTransaction } from './database.ts'
import { emptyReply, xmlReply, type ObjectHandler } from './exchange.ts'
import { findReadable } from './read-object.ts'
import { readDocument } from './request-body.ts'
import { readTagSet, taggingDocument } from './tags.ts'
import { parseXmlRoot } from './xml.ts'

const maxDocumentBytes = 64 * 1024

export const getObjectTagging: ObjectHandler = (exchange, bucket, key) =>
  xmlReply(taggingDocument(findReadable(exchange, bucket, key).tags))

export const putObjectTagging: ObjectHandler = async (exchange, bucket, key) => {
  const document = parseXmlRoot(await readDocument(exchange.body, maxDocumentBytes), 'Tagging')
  const tags = readTagSet(document, 'object')
  inTransaction(exchange.store.database, () =>
    exchange.store.objects.setTags(findReadable(exchange, bucket, key), tags),
  )
  return emptyReply(200)
}

export const deleteObjectTagging: ObjectHandler = (exchange, bucket, key) => {
  exchange.store.objects.setTags(findReadable(exchange, bucket, key), {})
  return emptyReply(204)
}
