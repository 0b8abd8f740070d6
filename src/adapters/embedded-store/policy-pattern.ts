/** A wildcard pattern: characters to match as they are, any one character, any sequence. */
export type Pattern = readonly (string | typeof anyOne | typeof anySequence)[]

const anyOne = Symbol('any one character')
const anySequence = Symbol('any sequence of characters')

/**
 * Reads `*` and `?` as wildcards and `${*}`, `${?}`, `${$}` as the characters themselves.
 * `undefined` for any other `${…}`: policy variables have no value here.
 */
export function parsePattern(text: string): Pattern | undefined {
  const pattern: (string | typeof anyOne | typeof anySequence)[] = []
  const tokens = /\$\{([*?$])\}|(\$\{)|([\s\S])/gu
  for (const [, literal, variable, character] of text.matchAll(tokens)) {
    if (variable !== undefined) return undefined
    if (literal !== undefined) pattern.push(literal)
    else if (character === '?') pattern.push(anyOne)
    else if (character !== '*') pattern.push(character ?? '')
    else if (pattern.at(-1) !== anySequence) pattern.push(anySequence)
  }
  return pattern
}

/** Whether the whole text matches; `*` also matches slashes. */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = Array.from(text)
  let at = 0
  let position = 0
  let retryAt = -1
  let retryPosition = 0
  while (position < characters.length) {
    const wanted = pattern[at]
    if (wanted === anySequence) {
      retryAt = at + 1
      retryPosition = position
      at += 1
    } else if (wanted === anyOne || (wanted !== undefined && wanted === characters[position])) {
      at += 1
      position += 1
    } else if (retryAt >= 0) {
      retryPosition += 1
      position = retryPosition
      at = retryAt
    } else return false
  }
  return pattern.slice(at).every((rest) => rest === anySequence)
}
