import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify, type JWK } from 'jose'
import type { ClientProof } from '../../application/access/refresh-access.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import { ProblemError } from '../../domain/problem.ts'
import { didDocumentUrl } from './did-web.ts'

const algorithms = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256']

/**
 * Checks the client JWT of the token renewal profile (Data Plane Signaling 1.7): `iss` = `sub` = a DID whose document
 * holds the key, `aud` = us, `token` = one of our access tokens of the same grant. Where the consumer's id is a DID
 * it must be that one.
 */
export function createClientProof(
  outbound: Outbound,
  didHttpHosts: readonly string[],
  now: () => Date,
): ClientProof {
  return {
    check: async (jwt, { consumerId, audiences, isOwnToken }) => {
      try {
        if (jwt === undefined) throw new Error('no client token')
        const { iss } = decodeJwt(jwt)
        if (iss === undefined) throw new Error('no issuer')
        if (consumerId.startsWith('did:') && iss !== consumerId) throw new Error('another issuer')
        const key = await didKey(outbound, iss, decodeProtectedHeader(jwt).kid, didHttpHosts)
        const { payload } = await jwtVerify(jwt, key, {
          algorithms,
          audience: [...audiences],
          issuer: iss,
          subject: iss,
          requiredClaims: ['exp', 'token'],
          currentDate: now(),
          clockTolerance: 30,
        })
        const { token } = payload
        if (typeof token !== 'string' || !isOwnToken(token)) throw new Error('another access token')
      } catch (cause) {
        throw new ProblemError('unauthenticated', 'The client token is not accepted.', { cause })
      }
    },
  }
}

interface DidDocument {
  readonly verificationMethod?: readonly { readonly id?: string; readonly publicKeyJwk?: JWK }[]
}

async function didKey(
  outbound: Outbound,
  did: string,
  kid: string | undefined,
  httpHosts: readonly string[],
) {
  const url = didDocumentUrl(did, httpHosts)
  if (url === undefined) throw new Error('not a did:web')
  const answer = await outbound.send(
    { method: 'GET', url, trust: 'foreign', timeoutMs: 5000, maxResponseBytes: 65_536 },
    AbortSignal.timeout(6000),
  )
  if (answer.status !== 200) throw new Error(`the DID document answers ${answer.status}`)
  const { verificationMethod = [] } = JSON.parse(answer.body) as DidDocument
  const fragment = kid?.split('#').at(-1)
  const method =
    kid === undefined && verificationMethod.length === 1
      ? verificationMethod[0]
      : verificationMethod.find(({ id }) => id === kid || id?.split('#').at(-1) === fragment)
  if (method?.publicKeyJwk === undefined) throw new Error('the DID document has no such key')
  return importJWK(method.publicKeyJwk, method.publicKeyJwk.alg ?? 'ES256')
}
