const hidden = '[redacted]'

/** Fields whose text is never shown, whatever it is. */
const secretField =
  /authorization|token|secret|password|passphrase|cookie|credential|api[-_]?key|access[-_]?key|private[-_]?key|signing[-_]?key|^key$|^sealed|signature|^body$|^env$|^variables$|^parameters$/i
/** Fields that hold addresses: of those the origin is shown. */
const addressField = /(?:url|uri|href|endpoint|address)$/i

const maxDepth = 8
const maxItems = 100

/** A copy of log fields in which secrets are hidden and addresses are their origin only. */
export function redactFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactField(name, value, 0)]),
  )
}

function redactField(name: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined) return value
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value
  if (secretField.test(name)) return hidden
  if (typeof value === 'string') return addressField.test(name) ? originOf(value) : value
  return redactValue(value, depth)
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : null
  if (depth >= maxDepth) return '[deep]'
  if (value instanceof Error) return errorFields(value, depth)
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return items.slice(0, maxItems).map((item) => {
      return typeof item === 'object' ? redactValue(item, depth + 1) : item
    })
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, redactField(name, field, depth + 1)]),
  )
}

/** Name, message and stack; what vendors hang on their errors (requests, responses) stays out. */
function errorFields(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause instanceof Error ? { cause: redactValue(error.cause, depth + 1) } : {}
  return { type: error.name, message: error.message, stack: error.stack, ...code, ...cause }
}

function originOf(text: string): string {
  if (!URL.canParse(text)) return hidden
  const { origin } = new URL(text)
  return origin === 'null' ? hidden : origin
}

/** Our own tokens, Bearer and Basic values, JWTs, webhook secrets, keys of S3 sessions. */
const secretText =
  /\b(?:dsc|dsr|dscb|dss|dsrp|dsev|dscc|dscm)_[A-Za-z0-9._~+/=-]{8,}|whsec_[A-Za-z0-9+/=_-]{8,}|\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,3}|\bDSC[0-9A-F]{24}\b/gi
/** The rest of an address after its origin, with user and password before it. */
const addressText =
  /\b((?:https?|s3|postgres(?:ql)?):\/\/)(?:[^\s"'<>\\/@]*@)?([^\s"'<>\\/?#@]+)[/?#][^\s"'<>\\]*/gi
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>\\/@]+@/gi
/** The secret of a path below `/k/{secret}`. */
const pathSecret = /\/k\/[A-Za-z0-9_~.-]{16,}/g

/** The last look at a line before it is written: what looks like a secret is hidden, wherever it stands. */
export function scrubLine(line: string): string {
  return line
    .replace(secretText, hidden)
    .replace(pathSecret, `/k/${hidden}`)
    .replace(addressText, '$1$2/…')
    .replace(userInfo, '$1')
}
