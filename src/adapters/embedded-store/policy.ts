import { z } from 'zod'
import { matches, parsePattern, type Pattern } from './policy-pattern.ts'

/** A policy that cannot be evaluated as it is written, and is therefore not accepted. */
export class PolicyError extends Error {}

interface Selector {
  readonly negated: boolean
  readonly patterns: readonly Pattern[]
}

interface Condition {
  readonly negated: boolean
  readonly wildcards: boolean
  readonly name: string
  readonly values: readonly string[]
}

interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Selector
  readonly resources: Selector
  /** Bucket policies only. */
  readonly principals: readonly string[]
  readonly conditions: readonly Condition[]
}

export interface Policy {
  readonly statements: readonly Statement[]
}

/** Who wants to do what: one action on one resource. */
export interface Question {
  /** As `s3:GetObject`. */
  readonly action: string
  /** As `arn:aws:s3:::bucket/key`. */
  readonly resource: string
  /** The ARNs by which a bucket policy can name the caller. */
  readonly principals: readonly string[]
  /** Values of condition keys, such as `s3:prefix`. */
  readonly context: ReadonlyMap<string, string>
}

const list = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value))

const statementShape = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: list })]).optional(),
  Action: list.optional(),
  NotAction: list.optional(),
  Resource: list.optional(),
  NotResource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), list)).optional(),
})

const policyShape = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementShape.transform((one) => [one]), z.array(statementShape).min(1)]),
})

const operators: Readonly<Record<string, { negated: boolean; wildcards: boolean }>> = {
  StringEquals: { negated: false, wildcards: false },
  StringNotEquals: { negated: true, wildcards: false },
  StringLike: { negated: false, wildcards: true },
  StringNotLike: { negated: true, wildcards: true },
}
const conditionNames = new Set(['s3:prefix', 's3:delimiter'])

/**
 * Reads a session policy (no principals) or a bucket policy (principals required).
 * Everything that it says is understood, or it is refused with a PolicyError: nothing is skipped.
 */
export function parsePolicy(text: string, kind: 'session' | 'bucket'): Policy {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new PolicyError('The policy is not JSON.')
  }
  const parsed = policyShape.safeParse(document)
  if (!parsed.success) throw new PolicyError('The policy does not have the form of a policy.')
  return { statements: parsed.data.Statement.map((statement) => readStatement(statement, kind)) }
}

function readStatement(
  statement: z.infer<typeof statementShape>,
  kind: 'session' | 'bucket',
): Statement {
  const { Principal: principal } = statement
  if ((kind === 'bucket') !== (principal !== undefined))
    throw new PolicyError('Principal belongs to bucket policies, and only to them.')
  return {
    effect: statement.Effect,
    actions: readSelector(
      statement.Action?.map((action) => action.toLowerCase()),
      statement.NotAction?.map((action) => action.toLowerCase()),
      'Action',
    ),
    resources: readSelector(statement.Resource, statement.NotResource, 'Resource'),
    principals: principal === undefined || principal === '*' ? ['*'] : principal.AWS,
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([name, values]) => readCondition(operator, name, values)),
    ),
  }
}

function readSelector(
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  what: string,
): Selector {
  const texts = included ?? excluded
  if (texts === undefined || (included !== undefined && excluded !== undefined))
    throw new PolicyError(`A statement has either ${what} or Not${what}.`)
  return { negated: included === undefined, patterns: texts.map(readPattern) }
}

function readPattern(text: string): Pattern {
  const pattern = parsePattern(text)
  if (pattern === undefined) throw new PolicyError('Policy variables are not supported.')
  return pattern
}

function readCondition(operator: string, name: string, values: readonly string[]): Condition {
  const kind = operators[operator]
  if (kind === undefined || !conditionNames.has(name.toLowerCase()))
    throw new PolicyError(`The condition ${operator} on ${name} is not supported.`)
  if (kind.wildcards) values.forEach(readPattern)
  return { ...kind, name: name.toLowerCase(), values }
}

/** The strongest statement that applies: a Deny, else an Allow, else none. */
export function evaluate(policy: Policy, question: Question): 'Deny' | 'Allow' | 'none' {
  const applying = policy.statements.filter((statement) => applies(statement, question))
  if (applying.some(({ effect }) => effect === 'Deny')) return 'Deny'
  return applying.length > 0 ? 'Allow' : 'none'
}

const applies = (statement: Statement, question: Question): boolean =>
  selects(statement.actions, question.action.toLowerCase()) &&
  selects(statement.resources, question.resource) &&
  statement.principals.some(
    (principal) => principal === '*' || question.principals.includes(principal),
  ) &&
  statement.conditions.every((condition) => holds(condition, question.context))

const selects = (selector: Selector, text: string): boolean =>
  selector.patterns.some((pattern) => matches(pattern, text)) !== selector.negated

function holds(condition: Condition, context: ReadonlyMap<string, string>): boolean {
  const actual = context.get(condition.name)
  const found =
    actual !== undefined &&
    condition.values.some((value) =>
      condition.wildcards ? matches(parsePattern(value) ?? [], actual) : value === actual,
    )
  return found !== condition.negated
}
