import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, importJWK, jwtVerify, type JWK } from 'jose'
import { serveFile, startSource } from './source-server.ts'

export const providerDid = 'did:web:provider.example.com'

export type RefreshAnswer = 'renew' | 'silence' | number | { readonly redirect: string }

/** A data plane whose tokens end after some bytes, and are renewed for whom the DID document's key proves to be. */
export async function startExpiringSource(content: Buffer, bytesPerToken: number) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const document = { jwk: await exportJWK(publicKey) }
  const state = {
    access: `access-${randomUUID()}`,
    refresh: `refresh-${randomUUID()}`,
    alive: true,
    served: 0,
    etag: '"one"',
    bytesPerToken,
    answer: 'renew' as RefreshAnswer,
    /** What is answered after the next renewal. */
    then: 'renew' as RefreshAnswer,
    /** Tokens that renewals give are refused. */
    renewedAlive: true,
    renewals: 0,
    asked: 0,
    refused: 0,
    proofs: [] as string[],
    secrets: [] as string[],
  }
  const newTokens = () => {
    state.access = `access-${randomUUID()}`
    state.refresh = `refresh-${randomUUID()}`
    state.alive = true
    state.secrets.push(state.access, state.refresh)
  }
  state.secrets.push(state.access, state.refresh)

  const data = (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.authorization !== `Bearer ${state.access}` || !state.alive) {
      response.writeHead(401).end()
      return
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const same =
      request.headers['if-range'] === undefined || request.headers['if-range'] === state.etag
    const left = content.length - (same ? from : 0)
    const breakAfter = state.bytesPerToken
    state.served += Math.min(left, breakAfter)
    if (left > breakAfter) state.alive = false
    serveFile(request, response, { content, breakAfter, etag: state.etag })
  }
  const token = async (request: IncomingMessage, response: ServerResponse) => {
    state.asked += 1
    const form = new URLSearchParams(await text(request))
    const proof = (request.headers.authorization ?? '').replace('Bearer ', '')
    state.proofs.push(proof)
    const { answer } = state
    if (answer === 'silence') return
    if (typeof answer === 'number') return response.writeHead(answer).end()
    if (typeof answer === 'object')
      return response.writeHead(307, { location: answer.redirect }).end()
    try {
      const { payload } = await jwtVerify(proof, await didKey(source.port), {
        audience: providerDid,
        issuer: did(),
        subject: did(),
        requiredClaims: ['exp', 'jti', 'iat'],
        maxTokenAge: 600,
      })
      if (payload['token'] !== state.access) throw new Error('another access token')
      if (form.get('grant_type') !== 'refresh_token') throw new Error('another grant')
      if (form.get('refresh_token') !== state.refresh) throw new Error('another refresh token')
    } catch {
      state.refused += 1
      return response.writeHead(401).end()
    }
    state.renewals += 1
    state.answer = state.then
    newTokens()
    state.alive = state.renewedAlive
    const body = { access_token: state.access, refresh_token: state.refresh, expires_in: 300 }
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ token_type: 'Bearer', ...body }))
  }

  const source = await startSource((request, response) => {
    if (request.url === '/token') token(request, response).catch(() => response.destroy())
    else if (request.url === '/.well-known/did.json')
      response.end(JSON.stringify(didDocument(did(), document.jwk)))
    else data(request, response)
  })
  const did = () => `did:web:127.0.0.1%3A${source.port}`
  return {
    ...source,
    state,
    newTokens,
    did: did(),
    key: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'key-1' }),
    /** As an EDR of Tractus-X; without `renewable` it says nothing about renewal. */
    address: (renewable = true) => ({
      type: 'https://w3id.org/idsa/v4.1/HTTP',
      endpoint: source.url,
      authorization: state.access,
      authType: 'bearer',
      ...(renewable
        ? {
            'https://w3id.org/tractusx/auth/refreshToken': state.refresh,
            'https://w3id.org/tractusx/auth/refreshEndpoint': `http://127.0.0.1:${source.port}/token`,
            'https://w3id.org/tractusx/auth/refreshAudience': providerDid,
            'https://w3id.org/tractusx/auth/expiresIn': '300',
          }
        : {}),
    }),
  }
}

const didDocument = (id: string, jwk: JWK) => ({
  id,
  verificationMethod: [
    { id: `${id}#key-1`, type: 'JsonWebKey2020', controller: id, publicKeyJwk: jwk },
  ],
})

async function didKey(port: number) {
  const answer = await fetch(`http://127.0.0.1:${port}/.well-known/did.json`)
  const { verificationMethod } = (await answer.json()) as ReturnType<typeof didDocument>
  const [method] = verificationMethod
  if (method === undefined) throw new Error('no key')
  return importJWK(method.publicKeyJwk, 'ES256')
}
