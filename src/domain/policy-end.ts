import { localName, textOf, valuesOf } from './json-ld.ts'

/** The left operand of EDC's end of a contract, as it may be written. */
const inForceDate = /^(?:https:\/\/w3id\.org\/edc\/v0\.0\.1\/ns\/|edc:)?inForceDate$/

/** Operators that set an end, as ODRL and EDC name them, in lower case. */
const endOperators: readonly string[] = ['lt', 'lteq', 'leq']

const relative = /^contract[Aa]greement\+(-?\d{1,12})([smhd])$/
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** With a zone: a time without one is no moment. */
const absolute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Deeper conditions are not read. */
const mostNested = 8

/**
 * When an agreement's policy (ODRL as JSON-LD) ends it: the earliest `inForceDate` that a permission must be before. A
 * moment, or one counted from the signing (`contractAgreement+30d`). Conditions that need not all hold (`or`, `xone`)
 * set no end. Null: no end that can be read from it.
 */
export function policyEnd(policy: unknown, signedAt: Date | null): Date | null {
  const ends = valuesOf(policy, 'permission')
    .flatMap((permission) => valuesOf(permission, 'constraint'))
    .flatMap((constraint) => endsOf(constraint, signedAt, 0))
  return ends.length === 0 ? null : new Date(Math.min(...ends))
}

function endsOf(constraint: unknown, signedAt: Date | null, nested: number): readonly number[] {
  if (nested > mostNested) return []
  const parts = valuesOf(constraint, 'and')
  if (parts.length > 0) return parts.flatMap((part) => endsOf(part, signedAt, nested + 1))
  const operator = localName(textOf(constraint, 'operator') ?? '').toLowerCase()
  const named = inForceDate.test(textOf(constraint, 'leftOperand') ?? '')
  if (!named || !endOperators.includes(operator)) return []
  const end = momentOf(textOf(constraint, 'rightOperand') ?? '', signedAt)
  return Number.isNaN(end) ? [] : [end]
}

/** In milliseconds; NaN when it cannot be told. */
function momentOf(text: string, signedAt: Date | null): number {
  const [, count, unit = ''] = relative.exec(text) ?? []
  if (count === undefined) return absolute.test(text) ? Date.parse(text) : NaN
  if (signedAt === null) return NaN
  const end = signedAt.getTime() + Number(count) * (unitSeconds[unit] ?? NaN) * 1000
  return new Date(end).getTime()
}
