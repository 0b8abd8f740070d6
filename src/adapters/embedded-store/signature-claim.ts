import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

export const signatureAlgorithm = 'AWS4-HMAC-SHA256'
export const unsignedPayload = 'UNSIGNED-PAYLOAD'
const longestPresignedSeconds = 7 * 24 * 3600
const allowedSkewMs = 15 * 60 * 1000

/** What a request says about its own signature (Signature Version 4), before anything is believed. */
export interface SignatureClaim {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  /** Day, region and service that the key is derived for. */
  readonly scope: { readonly day: string; readonly region: string; readonly service: string }
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** The signing time as it was written: `YYYYMMDDTHHMMSSZ`. */
  readonly longDate: string
  readonly signedAt: Date
  /** Presigned URLs only. */
  readonly expiresSeconds: number | undefined
  readonly token: string | undefined
  /** `x-amz-content-sha256`; absent for services that hash the body themselves. */
  readonly payloadHash: string | undefined
}

/** Reads the signature of a request from its header or its query. Throws when there is none, or two. */
export function readClaim(request: S3Request): SignatureClaim {
  const header = request.sentHeaders.get('authorization')
  const presigned =
    request.query.has('X-Amz-Algorithm') ||
    request.query.has('X-Amz-Signature') ||
    request.query.has('X-Amz-Credential')
  if (header !== undefined && presigned)
    throw new S3Error('InvalidArgument', 'Only one authentication mechanism is allowed.')
  if (header !== undefined) return readHeaderClaim(request, header)
  if (presigned) return readQueryClaim(request)
  throw new S3Error('AccessDenied', 'Anonymous access is not allowed.')
}

function readHeaderClaim(request: S3Request, header: string): SignatureClaim {
  const malformed = () => new S3Error('AuthorizationHeaderMalformed')
  const space = header.indexOf(' ')
  if (header.slice(0, Math.max(space, 0)) !== signatureAlgorithm)
    throw new S3Error('InvalidRequest', `Only ${signatureAlgorithm} signatures are accepted.`)
  const fields = new Map(
    header
      .slice(space + 1)
      .split(',')
      .map((field): [string, string] => {
        const equals = field.indexOf('=')
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()]
      }),
  )
  const longDate = headerDate(request)
  if (longDate === undefined)
    throw new S3Error('AccessDenied', 'A request needs x-amz-date or Date.')
  return {
    form: 'header',
    ...readCredential(fields.get('Credential'), malformed),
    signedHeaders: readSignedHeaders(fields.get('SignedHeaders'), malformed),
    signature: fields.get('Signature') ?? raise(malformed),
    longDate,
    signedAt: parseLongDate(longDate, malformed),
    expiresSeconds: undefined,
    token: request.sentHeaders.get('x-amz-security-token'),
    payloadHash: request.sentHeaders.get('x-amz-content-sha256'),
  }
}

function headerDate(request: S3Request): string | undefined {
  const amzDate = request.sentHeaders.get('x-amz-date')
  if (amzDate !== undefined) return amzDate
  const date = new Date(request.sentHeaders.get('date') ?? '')
  if (Number.isNaN(date.getTime())) return undefined
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function readQueryClaim(request: S3Request): SignatureClaim {
  const malformed = () => new S3Error('AuthorizationQueryParametersError')
  const { query } = request
  if (query.get('X-Amz-Algorithm') !== signatureAlgorithm) throw malformed()
  const longDate = query.get('X-Amz-Date') ?? raise(malformed)
  const expires = query.get('X-Amz-Expires') ?? raise(malformed)
  if (!/^\d{1,6}$/.test(expires)) throw malformed()
  const expiresSeconds = Number(expires)
  if (expiresSeconds < 1 || expiresSeconds > longestPresignedSeconds)
    throw new S3Error(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be between 1 second and a week.',
    )
  return {
    form: 'query',
    ...readCredential(query.get('X-Amz-Credential'), malformed),
    signedHeaders: readSignedHeaders(query.get('X-Amz-SignedHeaders'), malformed),
    signature: query.get('X-Amz-Signature') ?? raise(malformed),
    longDate,
    signedAt: parseLongDate(longDate, malformed),
    expiresSeconds,
    token: query.get('X-Amz-Security-Token') ?? request.sentHeaders.get('x-amz-security-token'),
    payloadHash: request.headers.get('x-amz-content-sha256') ?? unsignedPayload,
  }
}

function raise(makeError: () => S3Error): never {
  throw makeError()
}

function readCredential(credential: string | undefined, malformed: () => S3Error) {
  const match = /^([^/\s]{1,128})\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential ?? '')
  if (match === null) throw malformed()
  const [, accessKeyId = '', day = '', region = '', service = ''] = match
  return { accessKeyId, scope: { day, region, service } }
}

function readSignedHeaders(list: string | undefined, malformed: () => S3Error): readonly string[] {
  const names = (list ?? '').split(';').map((name) => name.toLowerCase())
  if (!names.includes('host')) throw malformed()
  return names
}

function parseLongDate(longDate: string, malformed: () => S3Error): Date {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate)
  if (match === null) throw malformed()
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(date.getTime())) throw malformed()
  return date
}

/** Refuses claims for another region, day or service, and claims whose time has passed or not come. */
export function checkClaim(
  claim: SignatureClaim,
  expected: { readonly region: string; readonly service: string; readonly now: Date },
): void {
  const code =
    claim.form === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError'
  if (claim.scope.region !== expected.region)
    throw new S3Error(code, `The region must be ${expected.region}.`, { Region: expected.region })
  if (claim.scope.service !== expected.service)
    throw new S3Error(code, `The service must be ${expected.service}.`)
  if (claim.scope.day !== claim.longDate.slice(0, 8))
    throw new S3Error(code, 'The day of the credential is not the day of the request.')
  const ageMs = expected.now.getTime() - claim.signedAt.getTime()
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(ageMs) > allowedSkewMs) throw new S3Error('RequestTimeTooSkewed')
    return
  }
  if (ageMs < -allowedSkewMs) throw new S3Error('AccessDenied', 'The request is not valid yet.')
  if (ageMs > claim.expiresSeconds * 1000)
    throw new S3Error('AccessDenied', 'The request has expired.')
}
