import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose'
import { startReceiver, type Answer, type Received } from './receiver.ts'

interface IssuerKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

async function newKey(kid: string, alg = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export interface TokenWish {
  /** `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly expiresIn?: number
  readonly kid?: string | null
}

/** An identity provider: a token endpoint for client credentials, and a key set, over real HTTP. */
export async function startTokenIssuer(t: TestContext) {
  const clients = new Map<string, string>()
  const state = {
    key: await newKey('key-1'),
    /** What the two addresses answer instead; undefined: as they should. */
    jwksAnswer: undefined as Answer | 'silence' | undefined,
    tokenAnswer: undefined as ((request: Received) => Answer) | undefined,
    now: () => new Date(),
  }
  const issuer = 'https://idp.example.com/realms/one'
  const sign = (wish: TokenWish = {}) => {
    const { claims = {}, expiresIn = 300, kid = state.key.kid } = wish
    const at = Math.floor(state.now().getTime() / 1000)
    const all: JWTPayload = {
      iss: issuer,
      sub: 'provider-edc',
      aud: 'dataspace-compute',
      iat: at,
      exp: at + expiresIn,
      jti: randomUUID(),
      ...claims,
    }
    const header = { alg: 'ES256', ...(kid === null ? {} : { kid }) }
    return new SignJWT(all).setProtectedHeader(header).sign(state.key.privateKey)
  }
  const token = async (request: Received): Promise<Answer> => {
    if (state.tokenAnswer !== undefined) return state.tokenAnswer(request)
    const form = new URLSearchParams(request.body)
    const clientId = form.get('client_id') ?? ''
    const json = { 'content-type': 'application/json' }
    if (
      form.get('grant_type') !== 'client_credentials' ||
      clients.get(clientId) !== form.get('client_secret')
    ) {
      const error_description = `client ${clientId} with secret ${form.get('client_secret') ?? ''}`
      const body = JSON.stringify({ error: 'invalid_client', error_description })
      return { status: 401, headers: json, body }
    }
    const access_token = await sign({ claims: { sub: clientId, aud: 'connector' } })
    const body = JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 300 })
    return { status: 200, headers: json, body }
  }
  const receiver = await startReceiver(t, (request) => {
    if (request.path === '/token') return token(request)
    if (request.path !== '/jwks') return { status: 404 }
    return state.jwksAnswer ?? jwks()
  })
  const jwks = () => ({ status: 200, body: JSON.stringify({ keys: [state.key.publicJwk] }) })
  const requests = (path: string) => receiver.received.filter((one) => one.path === path)
  return {
    issuer,
    state,
    clients,
    sign,
    tokenEndpoint: `${receiver.url}/token`,
    jwksUri: `${receiver.url}/jwks`,
    url: receiver.url,
    received: receiver.received,
    keyReads: () => requests('/jwks').length,
    tokenRequests: () => requests('/token'),
    rotate: async (kid: string) => {
      state.key = await newKey(kid)
    },
    inbound: (more: Readonly<Record<string, unknown>> = {}) => ({
      type: 'oauth2',
      issuer,
      audience: 'dataspace-compute',
      jwksUri: `${receiver.url}/jwks`,
      ...more,
    }),
    callbacks: (url: string, clientId: string, clientSecret: string) => ({
      url,
      type: 'oauth2',
      tokenEndpoint: `${receiver.url}/token`,
      clientId,
      clientSecret,
    }),
  }
}

export type TokenIssuer = Awaited<ReturnType<typeof startTokenIssuer>>
