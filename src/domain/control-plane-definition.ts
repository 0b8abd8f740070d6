import { z } from 'zod'
import { mayRegister, type SignalingProtocol } from './control-plane.ts'
import { ProblemError, type ProblemPart } from './problem.ts'
import { keySetProblem } from './token-keys.ts'
import { zodProblems } from './zod-problems.ts'

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,127}')
const url = z.url({ protocol: /^https?$/ }).max(2048)
const secret = z.string().min(1).max(4096)

const inbound = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('api-key'), key: secret.optional() }),
  z.strictObject({
    type: z.literal('path-secret'),
    secret: z
      .string()
      .regex(/^[A-Za-z0-9_~.-]{16,256}$/, 'must be 16 to 256 of A-Z, a-z, 0-9, _ ~ . -')
      .optional(),
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    issuer: z.string().min(1).max(2048),
    audience: z.string().min(1).max(2048),
    subject: z.string().min(1).max(2048).optional(),
    jwksUri: url.optional(),
    jwks: z.record(z.string(), z.unknown()).optional(),
  }),
])

const callbacks = z.discriminatedUnion('type', [
  z.strictObject({ url, type: z.literal('none') }),
  z.strictObject({ url, type: z.literal('api-key'), key: secret.optional() }),
  z.strictObject({
    url,
    type: z.literal('oauth2'),
    tokenEndpoint: url,
    clientId: z.string().min(1).max(1024),
    clientSecret: secret.optional(),
  }),
])

const definition = z.strictObject({
  id,
  protocol: z.enum(['dps', 'edc-signaling', 'provisioner']),
  participantContextId: z.string().min(1).max(512).optional(),
  inbound,
  callbacks: callbacks.optional(),
  management: z.strictObject({ url, key: secret.optional() }).optional(),
  register: z.boolean().default(false),
  identity: z
    .strictObject({
      did: z.string().regex(/^did:/, 'must be a DID').max(2048),
      key: z.string().min(1).max(16_384).optional(),
    })
    .optional(),
  startDelayMs: z.int().min(0).max(10_000).default(0),
})

/** A control plane as the operator gives it. Secrets are in plain: never stored or logged like this. */
export type ControlPlaneDefinition = z.infer<typeof definition>

/** Where a data plane is registered: at the control API, which is also where callbacks go, or at the management API. */
const registersAt = {
  dps: 'management',
  'edc-signaling': 'callbacks',
} as const satisfies Record<Exclude<SignalingProtocol, 'provisioner'>, 'callbacks' | 'management'>

const unregistrable =
  'the connector needs client credentials of its own for tokens: register there with authorization, or use path-secret'

/** Reads a control plane. Throws `invalid-request` with a pointer for each wrong place; no secret is repeated in it. */
export function parseControlPlane(value: unknown): ControlPlaneDefinition {
  const parsed = definition.safeParse(value, { reportInput: true })
  if (!parsed.success) throw invalidControlPlane(zodProblems(parsed.error))
  const problems = ruleProblems(parsed.data)
  if (problems.length > 0) throw invalidControlPlane(problems)
  return parsed.data
}

export function invalidControlPlane(errors: readonly ProblemPart[]): ProblemError {
  const places = errors.length === 1 ? '1 place is' : `${errors.length} places are`
  return new ProblemError('invalid-request', `${places} wrong in the control plane.`, { errors })
}

function ruleProblems(given: ControlPlaneDefinition): readonly ProblemPart[] {
  const problems: ProblemPart[] = []
  const add = (pointer: string, code: string, detail: string) =>
    problems.push({ pointer, code, detail })
  if (given.inbound.type === 'oauth2') problems.push(...tokenProblems(given.inbound))
  if (given.protocol !== 'dps' && given.inbound.type === 'api-key') {
    add('/inbound/type', 'not-allowed', 'connectors of this protocol send no key: use path-secret')
  }
  if (given.protocol === 'provisioner') problems.push(...provisionerProblems(given))
  else if (given.register) {
    const needed = registersAt[given.protocol]
    if (given[needed] === undefined) add(`/${needed}`, 'required', 'is needed to register')
    if (!mayRegister(given)) add('/register', 'not-allowed', unregistrable)
  }
  return problems
}

type TokenRules = Extract<ControlPlaneDefinition['inbound'], { readonly type: 'oauth2' }>

/** Without keys anybody could make tokens. */
function tokenProblems({ jwksUri, jwks }: TokenRules): readonly ProblemPart[] {
  const problem = (pointer: string, code: string, detail: string) => [{ pointer, code, detail }]
  if (jwksUri === undefined && jwks === undefined)
    return problem('/inbound/jwksUri', 'required', 'or jwks is needed: tokens are checked by keys')
  if (jwks === undefined) return []
  if (jwksUri !== undefined)
    return problem('/inbound/jwks', 'not-allowed', 'is not allowed beside jwksUri')
  const wrong = keySetProblem(jwks)
  return wrong === null ? [] : problem('/inbound/jwks', 'key-set', wrong)
}

/** Agreements are known by the management API alone, and no data plane is registered. */
function provisionerProblems({
  management,
  register,
}: ControlPlaneDefinition): readonly ProblemPart[] {
  const needed = { pointer: '/management', code: 'required', detail: 'is needed for a provisioner' }
  const senseless = {
    pointer: '/register',
    code: 'not-allowed',
    detail: 'a provisioner is configured at the connector and registers nowhere',
  }
  return [...(management === undefined ? [needed] : []), ...(register ? [senseless] : [])]
}
