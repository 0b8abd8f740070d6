import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import type { JSONWebKeySet, JWTPayload, JWTVerifyOptions } from 'jose'
import type {
  BearerTokens,
  TokenRules,
  VerifiedToken,
} from '../../application/ports/bearer-tokens.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import { bounds } from '../../domain/bounds.ts'
import { ProblemError } from '../../domain/problem.ts'
import { tokenAlgorithms } from '../../domain/token-keys.ts'
import { KeySet, type Keys } from './key-sets.ts'

const { toleranceSeconds } = bounds.tokens

/** JWTs by the `oauth2_client_credentials` profile (Data Plane Signaling 1.6), with keys always. */
export function createBearerTokens(outbound: Outbound, now: () => Date): BearerTokens {
  const keySets = new Map<string, KeySet>()
  const keySetAt = (url: string) => {
    const known = keySets.get(url) ?? new KeySet(url, outbound, now)
    keySets.set(url, known)
    return known
  }
  return {
    claims: (jwt) => {
      try {
        const { iss: issuer, sub: subject, aud = [] } = decodeJwt(jwt)
        return { issuer, subject, audiences: [aud].flat() }
      } catch {
        return undefined
      }
    },
    verify: async (jwt, rules) => {
      try {
        return verified(await check(jwt, rules, { keySetAt, now }))
      } catch (error) {
        if (error instanceof ProblemError) throw error
        throw refusal(error)
      }
    },
  }
}

interface Given {
  readonly keySetAt: (url: string) => KeySet
  readonly now: () => Date
}

async function check(jwt: string, rules: TokenRules, { keySetAt, now }: Given) {
  const options: JWTVerifyOptions = {
    algorithms: [...tokenAlgorithms],
    issuer: rules.issuer,
    audience: rules.audience,
    ...(rules.subject === undefined ? {} : { subject: rules.subject }),
    requiredClaims: ['exp'],
    currentDate: now(),
    clockTolerance: toleranceSeconds,
  }
  if (rules.jwksUri === undefined) {
    // Checked when the definition was read; a set without keys knows no token.
    const keySet = (rules.jwks ?? { keys: [] }) as unknown as JSONWebKeySet
    return checkWith(jwt, createLocalJWKSet(keySet), options)
  }
  const keySet = keySetAt(rules.jwksUri)
  const keys = await keySet.current()
  try {
    return await checkWith(jwt, keys, options)
  } catch (error) {
    if (!mayHaveNewKey(error)) throw error
    const newer = await keySet.newerThan(keys)
    if (newer === undefined) throw error
    return checkWith(jwt, newer, options)
  }
}

/** A key of another name, or another key without a name or of the same name. */
const mayHaveNewKey = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWSSignatureVerificationFailed

/** By the `kid` of the token; where it names none, with each key that fits. */
async function checkWith(jwt: string, keys: Keys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(jwt, keys, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return (await jwtVerify(jwt, key, options)).payload
      } catch (wrong) {
        if (!(wrong instanceof errors.JWSSignatureVerificationFailed)) throw wrong
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** The latest time that a Date can hold, in ms. */
const lastMs = 8.64e15

function verified({ jti, exp = 0 }: JWTPayload): VerifiedToken {
  if (jti !== undefined && typeof (jti as unknown) !== 'string')
    throw new ProblemError('unauthenticated', 'The jti of the token is no text.')
  const until = new Date(Math.min((exp + toleranceSeconds) * 1000, lastMs))
  return { id: jti ?? null, until }
}

/** What is wrong, in words that the caller may read: bodies of errors reach the counterparty. */
function refusal(error: unknown): ProblemError {
  if (error instanceof errors.JWTExpired)
    return new ProblemError('token-expired', 'The token has expired.', { nextStep })
  return new ProblemError('unauthenticated', sentenceOf(error), { nextStep, cause: error })
}

const nextStep =
  'Send a token of the issuer that the operator configured, a fresh one for each message.'

function sentenceOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return claimSentence(error)
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `The token is not signed by one of ${tokenAlgorithms.join(', ')}.`
  if (error instanceof errors.JWKSNoMatchingKey) return 'The key of the token is not known.'
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The signature of the token is wrong.'
  return 'The bearer token is no JWT that can be checked.'
}

function claimSentence({ claim, reason }: errors.JWTClaimValidationFailed): string {
  const named = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat'].includes(claim) ? claim : 'claim'
  if (reason === 'missing') return `The token has no ${named}.`
  return claim === 'nbf' ? 'The token is not valid yet.' : `The ${named} of the token is wrong.`
}
