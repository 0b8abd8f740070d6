import { S3Error } from './s3-error.ts'

/** Markup that is already escaped. */
export interface Xml {
  readonly markup: string
}

export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const escapeText = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => escapes[character] ?? character)
    // eslint-disable-next-line no-control-regex -- a key may hold control characters
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`)

/** One element; strings and numbers become escaped text, `undefined` is left out. */
export function element(
  name: string,
  ...content: readonly (string | number | boolean | Xml | undefined)[]
): Xml {
  const inner = content.map((part) => {
    if (part === undefined) return ''
    return typeof part === 'object' ? part.markup : escapeText(String(part))
  })
  return { markup: `<${name}>${inner.join('')}</${name.split(' ', 1)[0] ?? name}>` }
}

/** An element that is left out when it has no value. */
export const optional = (name: string, value: string | number | undefined): Xml | undefined =>
  value === undefined ? undefined : element(name, value)

/** Several elements side by side. */
export const fragment = (parts: readonly (Xml | undefined)[]): Xml => ({
  markup: parts.map((part) => part?.markup ?? '').join(''),
})

/** A whole document, with the namespace of S3 on its root unless another is given. */
export const xmlDocument = (
  root: string,
  content: readonly (Xml | undefined)[],
  namespace = s3Namespace,
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(`${root} xmlns="${namespace}"`, fragment(content)).markup}`

/** An element as read: name without namespace prefix, child elements, and its text. */
export interface XmlNode {
  readonly name: string
  readonly children: readonly XmlNode[]
  readonly text: string
}

interface OpenNode {
  readonly qualifiedName: string
  readonly children: XmlNode[]
  text: string
}

const maxDepth = 16
const malformed = () => new S3Error('MalformedXML')
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function decodeEntity(reference: string): string {
  const named = namedEntities[reference]
  if (named !== undefined) return named
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(reference)
  if (digits === null) throw malformed()
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw malformed()
  return String.fromCodePoint(code)
}

const decodeText = (text: string): string =>
  text.replace(/&([^;&]{0,32});?/g, (whole, reference: string) => {
    if (!whole.endsWith(';')) throw malformed()
    return decodeEntity(reference)
  })

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy

/**
 * Reads one document. Elements and text only: a document type is refused, so that nothing expands.
 * Throws MalformedXML.
 */
export function parseXml(text: string): XmlNode {
  const root: OpenNode = { qualifiedName: '', children: [], text: '' }
  const open: OpenNode[] = [root]
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (match === null) throw malformed()
    takeToken(open, match)
  }
  const document = root.children[0]
  if (open.length !== 1 || root.children.length !== 1 || document === undefined) throw malformed()
  if (root.text.replace('\ufeff', '').trim() !== '') throw malformed()
  return document
}

function takeToken(open: OpenNode[], match: RegExpExecArray): void {
  const [, cdata, closing, name, , selfClosing, text] = match
  const current = open.at(-1)
  if (current === undefined) throw malformed()
  if (text !== undefined) current.text += decodeText(text)
  else if (cdata !== undefined) current.text += cdata
  else if (name === undefined) return
  else if (closing === '/') closeNode(open, name)
  else {
    open.push({ qualifiedName: name, children: [], text: '' })
    if (open.length > maxDepth) throw malformed()
    if (selfClosing === '/') closeNode(open, name)
  }
}

function closeNode(open: OpenNode[], qualifiedName: string): void {
  const node = open.pop()
  const parent = open.at(-1)
  if (node === undefined || parent === undefined || node.qualifiedName !== qualifiedName)
    throw malformed()
  const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1)
  parent.children.push({ name, children: node.children, text: node.text })
}

export const childrenOf = (node: XmlNode, name: string): readonly XmlNode[] =>
  node.children.filter((child) => child.name === name)

export const childOf = (node: XmlNode, name: string): XmlNode | undefined =>
  node.children.find((child) => child.name === name)

/** The text of a child that must be there. */
export function requiredText(node: XmlNode, name: string): string {
  const text = childOf(node, name)?.text
  if (text === undefined) throw malformed()
  return text
}

/** Reads a document whose root must have the given name. */
export function parseXmlRoot(text: string, name: string): XmlNode {
  const root = parseXml(text)
  if (root.name !== name) throw malformed()
  return root
}
