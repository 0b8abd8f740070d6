import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import { hashToken, type Principal, type Sessions } from './sessions.ts'
import { checkClaim, readClaim, type SignatureClaim } from './signature-claim.ts'
import { sameText, verifySignature, type ChunkSigner } from './signature.ts'

export interface Authenticator {
  readonly owner: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly sessions: Sessions
  readonly region: string
  readonly now: () => Date
}

export interface Authenticated {
  readonly principal: Principal
  readonly chunkSigner: ChunkSigner
}

/**
 * Finds out who signed a request. `payloadHash` gives the hash that the signature covers.
 * Throws when there is no signature, when it is wrong, too old, or its session has ended.
 */
export async function authenticate(
  request: S3Request,
  service: 's3' | 'sts',
  payloadHash: (claim: SignatureClaim) => string,
  { owner, sessions, region, now }: Authenticator,
): Promise<Authenticated> {
  const claim = readClaim(request)
  checkClaim(claim, { region, service, now: now() })
  const hash = payloadHash(claim)
  if (claim.accessKeyId === owner.accessKeyId) {
    if (claim.token !== undefined) throw new S3Error('InvalidToken')
    const chunkSigner = await verifySignature(request, claim, owner.secretAccessKey, hash)
    return { principal: { kind: 'owner', accessKeyId: owner.accessKeyId }, chunkSigner }
  }
  const session = await sessions.find(claim.accessKeyId)
  if (session === undefined) throw new S3Error('InvalidAccessKeyId')
  if (claim.token === undefined || !sameText(hashToken(claim.token), session.tokenHash))
    throw new S3Error('InvalidToken')
  if (session.expiresAt <= now()) throw new S3Error('ExpiredToken')
  const chunkSigner = await verifySignature(request, claim, session.secretAccessKey, hash)
  return { principal: session.principal, chunkSigner }
}
