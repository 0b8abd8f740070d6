import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendError, sendReply } from './answer.ts'
import { authenticate, type Authenticator } from './authentication.ts'
import { isAllowed, refuseHeaders, type Access } from './authorization.ts'
import type { Exchange, Store } from './exchange.ts'
import { perform } from './handlers.ts'
import { operationOf, route } from './operations.ts'
import { RawBody } from './raw-body.ts'
import { checkPayloadHash } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import { readRequest, type S3Request } from './s3-request.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { answerTokenRequest, type TokenService } from './sts.ts'

export interface HandlerContext {
  readonly store: Store
  readonly authenticator: Authenticator
  readonly tokens: TokenService
  /** Names whose subdomains are buckets. */
  readonly hosts: readonly string[]
  readonly report: (error: unknown, requestId: string) => void
}

export type RequestHandler = (
  incoming: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
) => Promise<void>

const maxFormBytes = 64 * 1024

/** Answers every request, good or bad; the promise is rejected for nothing. */
export const makeRequestHandler =
  (context: HandlerContext): RequestHandler =>
  async (incoming, response, awaitsContinue) => {
    const requestId = randomBytes(8).toString('hex').toUpperCase()
    const body = new RawBody(incoming, response, awaitsContinue)
    const isHead = incoming.method === 'HEAD'
    const service = isTokenRequest(incoming) ? 'sts' : 's3'
    response.setHeader('x-amz-request-id', requestId)
    try {
      const request = readRequest(incoming, requestId, context.hosts)
      if (service === 'sts') await answerToken(context, request, body, response)
      else await answerStorage(context, request, body, response, isHead)
    } catch (error) {
      if (response.destroyed) return
      if (!(error instanceof S3Error)) context.report(error, requestId)
      const refusal = error instanceof S3Error ? error : new S3Error('InternalError')
      const resource = (incoming.url ?? '').replace(/\?.*$/s, '')
      await sendError(response, refusal, { requestId, resource, isHead, service, body }).catch(
        (failure: unknown) => {
          context.report(failure, requestId)
          response.destroy()
        },
      )
    }
  }

const isTokenRequest = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'POST' &&
  (url === '/' || url === '') &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

async function answerToken(
  { authenticator, tokens }: HandlerContext,
  request: S3Request,
  body: RawBody,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxFormBytes) throw new S3Error('MaxMessageLengthExceeded')
    chunks.push(Buffer.from(chunk))
  }
  const content = Buffer.concat(chunks)
  const hash = createHash('sha256').update(content).digest('hex')
  const { principal } = await authenticate(request, 'sts', () => hash, authenticator)
  const form = new URLSearchParams(content.toString('utf8'))
  const text = await answerTokenRequest(tokens, principal, form, request.id)
  await sendReply(response, { status: 200, headers: { 'content-type': 'text/xml' }, text }, false)
}

function s3PayloadHash({ payloadHash }: SignatureClaim): string {
  if (payloadHash === undefined)
    throw new S3Error('MissingSecurityHeader', 'The header x-amz-content-sha256 is missing.')
  checkPayloadHash(payloadHash)
  return payloadHash
}

async function answerStorage(
  { store, authenticator }: HandlerContext,
  request: S3Request,
  raw: RawBody,
  response: ServerResponse,
  isHead: boolean,
): Promise<void> {
  const routed = route(request)
  let payloadHash = ''
  const { principal, chunkSigner } = await authenticate(
    request,
    's3',
    (claim) => (payloadHash = s3PayloadHash(claim)),
    authenticator,
  )
  const may = (access: Access) =>
    isAllowed(principal, access, request.query, policyOf(store, access.bucket))
  const { action, ownerOnly } = operationOf(routed)
  const admit = () => {
    if (ownerOnly === true && principal.kind !== 'owner') throw new S3Error('AccessDenied')
    const asksForEach = routed.name === 'DeleteObjects'
    if (!asksForEach && !may({ action, bucket: request.bucket, key: request.key }))
      throw new S3Error('AccessDenied')
  }
  admit()
  refuseHeaders(request, principal)
  const exchange: Exchange = {
    store,
    request,
    body: { request, raw, payloadHash, chunkSigner, isOurs: principal.kind === 'owner' },
    allows: (wanted, bucket, key) => may({ action: wanted, bucket, key }),
    admitAgain: admit,
  }
  await sendReply(response, await perform(routed, exchange), isHead)
}

const policyOf = (store: Store, bucket: string | undefined): string | undefined =>
  bucket === undefined ? undefined : store.buckets.find(bucket)?.policy
