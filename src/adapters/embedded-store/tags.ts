import { S3Error } from './s3-error.ts'
import type { Tags } from './stored.ts'
import {
  childOf,
  childrenOf,
  element,
  fragment,
  requiredText,
  xmlDocument,
  type Xml,
  type XmlNode,
} from './xml.ts'

const maxKeyLength = 128
const maxValueLength = 256

/** Checks number and form of tags. Throws InvalidTag. */
function toTags(pairs: readonly (readonly [string, string])[], most: number): Tags {
  if (pairs.length > most) throw new S3Error('InvalidTag', `There can be at most ${most} tags.`)
  const tags = new Map<string, string>()
  for (const [key, value] of pairs) {
    if (key === '' || key.length > maxKeyLength || value.length > maxValueLength)
      throw new S3Error('InvalidTag')
    if (tags.has(key)) throw new S3Error('InvalidTag', 'Two tags have the same key.')
    tags.set(key, value)
  }
  return Object.fromEntries(tags)
}

const mostOnObject = 10
const mostOnBucket = 50

/** Reads the header `x-amz-tagging`: tags as query parameters. */
export function readTagHeader(header: string): Tags {
  return toTags([...new URLSearchParams(header)], mostOnObject)
}

/** Reads `TagSet`, or another element that holds `Tag` elements. */
export function readTagSet(node: XmlNode, of: 'object' | 'bucket', name = 'TagSet'): Tags {
  const set = childOf(node, name)
  if (set === undefined) throw new S3Error('MalformedXML')
  return toTags(
    childrenOf(set, 'Tag').map((tag) => [requiredText(tag, 'Key'), requiredText(tag, 'Value')]),
    of === 'object' ? mostOnObject : mostOnBucket,
  )
}

export function taggingDocument(tags: Tags): string {
  const set: Xml[] = Object.entries(tags).map(([key, value]) =>
    element('Tag', element('Key', key), element('Value', value)),
  )
  return xmlDocument('Tagging', [element('TagSet', fragment(set))])
}
