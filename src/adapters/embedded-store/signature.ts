import { createHash, createHmac, timingSafeEqual, type Hash, type Hmac } from 'node:crypto'
import { createScope, getCanonicalHeaders, SignatureV4 } from '@smithy/signature-v4'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import { signatureAlgorithm, type SignatureClaim } from './signature-claim.ts'

type Source = string | ArrayBuffer | ArrayBufferView

const bytesOf = (source: Source): Uint8Array | string => {
  if (typeof source === 'string') return source
  if (source instanceof ArrayBuffer) return new Uint8Array(source)
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
}

/** SHA-256, or HMAC-SHA-256 when made with a secret: the shape that the signer asks for. */
class NodeSha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(source: Source): void {
    this.#hash.update(bytesOf(source))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }

  reset(): void {
    throw new Error('A hash of the signer is used once.')
  }
}

/** Computes the signature that a received request should have, with the SDK's own signer. */
class ReceivedRequestSigner extends SignatureV4 {
  readonly #claim: SignatureClaim

  constructor(claim: SignatureClaim, secretAccessKey: string) {
    super({
      service: claim.scope.service,
      region: claim.scope.region,
      credentials: { accessKeyId: claim.accessKeyId, secretAccessKey },
      sha256: NodeSha256,
      uriEscapePath: false,
      applyChecksum: false,
    })
    this.#claim = claim
  }

  async signatureOf(request: S3Request, payloadHash: string): Promise<string> {
    const claim = this.#claim
    const headers = Object.fromEntries(
      claim.signedHeaders.map((name): [string, string] => [
        name,
        request.sentHeaders.get(name) ?? '',
      ]),
    )
    const received = {
      method: request.method,
      protocol: 'http:',
      hostname: '',
      path: request.canonicalPath,
      query: Object.fromEntries(request.query),
      headers,
    }
    const signable = new Set(claim.signedHeaders)
    const canonical = this.createCanonicalRequest(
      received,
      getCanonicalHeaders(received, undefined, signable),
      payloadHash,
    )
    const { day, region, service } = claim.scope
    const scope = createScope(day, region, service)
    const text = await this.createStringToSign(claim.longDate, scope, canonical, signatureAlgorithm)
    return this.signText(text)
  }

  signText(text: string): Promise<string> {
    return this.sign(text, { signingDate: this.#claim.signedAt })
  }
}

/** Signs the pieces of an `aws-chunked` body, each bound to the one before. */
export interface ChunkSigner {
  /** The signature of the request, which the first chunk is bound to. */
  readonly seed: string
  sign(kind: 'chunk' | 'trailer', previous: string, sha256: string): Promise<string>
}

const emptySha256 = createHash('sha256').digest('hex')

/** Throws SignatureDoesNotMatch, or AccessDenied for an `x-amz-*` header that is not signed. */
export async function verifySignature(
  request: S3Request,
  claim: SignatureClaim,
  secretAccessKey: string,
  payloadHash: string,
): Promise<ChunkSigner> {
  const signed = new Set(claim.signedHeaders)
  for (const name of request.sentHeaders.keys())
    if (name.startsWith('x-amz-') && !signed.has(name))
      throw new S3Error('AccessDenied', `The header ${name} is not signed.`)
  const signer = new ReceivedRequestSigner(claim, secretAccessKey)
  const expected = await signer.signatureOf(request, payloadHash)
  if (!sameText(expected, claim.signature)) throw new S3Error('SignatureDoesNotMatch')
  const { day, region, service } = claim.scope
  const scope = createScope(day, region, service)
  return {
    seed: expected,
    sign: (kind, previous, sha256) =>
      signer.signText(
        kind === 'chunk'
          ? `${signatureAlgorithm}-PAYLOAD\n${claim.longDate}\n${scope}\n${previous}\n${emptySha256}\n${sha256}`
          : `${signatureAlgorithm}-TRAILER\n${claim.longDate}\n${scope}\n${previous}\n${sha256}`,
      ),
  }
}

/** Compares without telling by its duration how much was equal. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}
