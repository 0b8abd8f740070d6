import { secretText } from './secret-text.ts'

/** What stands for everything that is not shown. */
export const hidden = '…'

const maxCharacters = 512
/** What is looked through: enough for what is shown. A message may hold a text of a MiB, and nobody waits for that. */
const readCharacters = 1024

const secretName =
  /authorization|authentication|auth[-_.]?code|auth[-_.]?key|^(?:x[-_])?auth$|token|secret|passw|passphrase|pwd|cookie|credential|key|signature|^sig$|^sas$|assertion|jwt|proof|private|session|bearer|header:/i

/** Whether a property of this name may hold a secret: rather once too often. Namespaces say nothing about it. */
export const holdsSecret = (name: string): boolean =>
  secretName.test(name.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/#]*/i, '')) ||
  secretName.test(name.replace(/^.*[/#:]/s, ''))

const pathSecret = /(\/(?:k|events\/v1\/edc|callbacks\/v1|reports\/v1)\/)[^/?#\s"'<>\\]+/gi

/** Paths of ours that hold a secret, without it. */
export const redactPathSecrets = (path: string): string => path.replace(pathSecret, `$1${hidden}`)

const address = /[a-z][a-z0-9+.-]{0,31}:\/\/[^\s"'<>\\]*/gi
/** An address that was cut: whether its beginning is a password cannot be told any more. */
const cutAddress = /[a-z][a-z0-9+.-]{0,31}:\/\/[^\s"'<>\\]*$/i
const assignment =
  /\b([\w.-]{0,64}(?:secret|token|passw|pwd|key|signature|credential)[\w.-]{0,64}"?\s*[=:]\s*)[^\s,;]+/gi

/** A text without secrets that can be recognised, and without queries and users of addresses; at most 512 characters. */
export function redactText(given: string): string {
  const isCut = given.length > readCharacters
  const text = isCut ? given.slice(0, readCharacters).replace(cutAddress, hidden) : given
  const whole = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const shown = whole ? redactAddress(text.trim()) : text.replace(address, redactAddress)
  const clean = redactPathSecrets(shown)
    .replace(secretText, hidden)
    .replace(assignment, `$1${hidden}`)
  return isCut || clean.length > maxCharacters ? `${clean.slice(0, maxCharacters)}${hidden}` : clean
}

function redactAddress(url: string): string {
  const [base = ''] = url.split(/[?#]/, 1)
  const bare = base.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
  // An `@` behind a slash may belong to a password that was not encoded.
  const [scheme = ''] = bare.split('://', 1)
  return URL.canParse(base) || !bare.includes('@') ? bare : `${scheme}://${hidden}`
}
