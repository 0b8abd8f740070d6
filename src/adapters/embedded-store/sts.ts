import { parsePolicy, PolicyError } from './policy.ts'
import { S3Error } from './s3-error.ts'
import { sessionArnOf, type Principal, type SessionCredentials, type Sessions } from './sessions.ts'
import { element, xmlDocument, type Xml } from './xml.ts'

export interface TokenService {
  readonly sessions: Sessions
  readonly roles: readonly { readonly arn: string; readonly name: string }[]
  readonly minimumSessionSeconds: number
  readonly now: () => Date
}

export const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
const maxPolicyLength = 2048
const maxSessionSeconds = 43_200
const defaultSessionSeconds = 3600

/** Answers one action of the token service with its document. */
export async function answerTokenRequest(
  service: TokenService,
  principal: Principal,
  form: URLSearchParams,
  requestId: string,
): Promise<string> {
  const action = form.get('Action')
  if (action === 'AssumeRole') return await assumeRole(service, principal, form, requestId)
  if (action === 'GetCallerIdentity') return callerIdentity(principal, requestId)
  throw new S3Error(principal.kind === 'owner' ? 'NotImplemented' : 'AccessDenied')
}

/**
 * Only the owner may assume a role, so that a session can never make another. The session may do
 * what its inline policy allows; without one it may do nothing.
 */
async function assumeRole(
  { sessions, roles, minimumSessionSeconds, now }: TokenService,
  principal: Principal,
  form: URLSearchParams,
  requestId: string,
): Promise<string> {
  if (principal.kind !== 'owner') throw new S3Error('AccessDenied')
  const role = roles.find(({ arn }) => arn === form.get('RoleArn'))
  if (role === undefined) throw new S3Error('AccessDenied', 'There is no such role.')
  const sessionName = form.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw new S3Error('ValidationError', 'RoleSessionName is not valid.')
  const seconds = readSeconds(form, minimumSessionSeconds)
  const policy = readSessionPolicy(form)
  const credentials = await sessions.issue({
    roleArn: role.arn,
    sessionName,
    policy,
    expiresAt: new Date(Math.floor(now().getTime() / 1000 + seconds) * 1000),
  })
  const result = element(
    'AssumeRoleResult',
    credentialsElement(credentials),
    element(
      'AssumedRoleUser',
      element('Arn', sessionArnOf(role.arn, sessionName)),
      element('AssumedRoleId', `${credentials.accessKeyId}:${sessionName}`),
    ),
    policy && element('PackedPolicySize', Math.ceil((policy.length / maxPolicyLength) * 100)),
  )
  return xmlDocument('AssumeRoleResponse', [result, metadata(requestId)], stsNamespace)
}

const credentialsElement = (credentials: SessionCredentials): Xml =>
  element(
    'Credentials',
    element('AccessKeyId', credentials.accessKeyId),
    element('SecretAccessKey', credentials.secretAccessKey),
    element('SessionToken', credentials.sessionToken),
    element('Expiration', credentials.expiresAt.toISOString()),
  )

function readSeconds(form: URLSearchParams, minimum: number): number {
  const seconds = Number(form.get('DurationSeconds') ?? defaultSessionSeconds)
  if (Number.isInteger(seconds) && seconds >= minimum && seconds <= maxSessionSeconds)
    return seconds
  throw new S3Error(
    'ValidationError',
    `DurationSeconds must be from ${minimum} to ${maxSessionSeconds}.`,
  )
}

function readSessionPolicy(form: URLSearchParams): string | undefined {
  if (form.keys().some((name) => name.startsWith('PolicyArns')))
    throw new S3Error('ValidationError', 'Managed policies are not supported.')
  const policy = form.get('Policy')
  if (policy === null || policy === '') return undefined
  if (policy.length > maxPolicyLength)
    throw new S3Error('MalformedPolicyDocument', 'A session policy has at most 2048 characters.')
  try {
    parsePolicy(policy, 'session')
  } catch (error) {
    if (error instanceof PolicyError) throw new S3Error('MalformedPolicyDocument', error.message)
    throw error
  }
  return policy
}

function callerIdentity(principal: Principal, requestId: string): string {
  const arn = principal.kind === 'owner' ? 'arn:aws:iam::000000000000:root' : principal.sessionArn
  const result = element(
    'GetCallerIdentityResult',
    element('Arn', arn),
    element('UserId', principal.accessKeyId),
    element('Account', arn.split(':')[4] ?? ''),
  )
  return xmlDocument('GetCallerIdentityResponse', [result, metadata(requestId)], stsNamespace)
}

const metadata = (requestId: string) => element('ResponseMetadata', element('RequestId', requestId))
