import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'

/** How long the kit waits for anything. */
export const patienceMs = 15_000

export type CallbackKind = 'prepared' | 'started' | 'completed'

export interface StatusMessage {
  readonly messageId: string
  readonly dataFlowId: string
  readonly state: string
}

/**
 * The conformance kit's control plane. A callback is answered 404 as long as no test expects it and 400 when it is no
 * DataFlowStatusMessage; everything else at its address but the DID document is 404 too.
 */
export interface Kit extends AsyncDisposable {
  readonly url: string
  /** Where tests let documents be pushed to: always 404. */
  readonly dataUrl: string
  /** Paths of everything that was answered 404. */
  readonly unexpected: readonly string[]
  /** From now on the callback is taken, once; rejects when it does not come in time. */
  expect(processId: string, kind: CallbackKind): Promise<StatusMessage>
  /** A client token as the token renewal profile wants it. */
  clientToken(accessToken: string, audience: string): Promise<string>
}

const isStatusMessage = (body: unknown): body is StatusMessage =>
  typeof body === 'object' &&
  body !== null &&
  ['messageId', 'dataFlowId', 'state'].every(
    (name) => typeof (body as Record<string, unknown>)[name] === 'string',
  )

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export async function startKit(): Promise<Kit> {
  const expected = new Map<string, (message: StatusMessage) => void>()
  const unexpected: string[] = []
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const keyName = randomUUID()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const serve = async () => {
      const body = await text(request)
      if (path === '/.well-known/did.json') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(didDocument(did, keyName, publicJwk)))
        return
      }
      const take = request.method === 'POST' ? expected.get(path) : undefined
      const message = parsed(body)
      if (take === undefined) unexpected.push(path)
      const status = take === undefined ? 404 : isStatusMessage(message) ? 200 : 400
      if (status === 200 && isStatusMessage(message)) take?.(message)
      response.writeHead(status).end(status === 404 ? 'No handler registered on this endpoint' : '')
    }
    serve().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const did = `did:web:127.0.0.1%3A${port}`
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    dataUrl: `${url}/data`,
    unexpected,
    expect: (processId, kind) => {
      const path = `/transfers/${processId}/dataflow/${kind}`
      const { promise, resolve, reject } = Promise.withResolvers<StatusMessage>()
      const timer = setTimeout(
        () => reject(new assert.AssertionError({ message: `no callback ${kind}` })),
        patienceMs,
      )
      expected.set(path, (message) => {
        expected.delete(path)
        clearTimeout(timer)
        resolve(message)
      })
      return promise
    },
    clientToken: (accessToken, audience) =>
      new SignJWT({ token: accessToken })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: `${did}#${keyName}` })
        .setIssuer(did)
        .setSubject(did)
        .setAudience(audience)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('600 s')
        .sign(privateKey),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const didDocument = (did: string, keyName: string, publicKeyJwk: JWK) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  verificationMethod: [
    { id: `${did}#${keyName}`, type: 'JsonWebKey2020', controller: did, publicKeyJwk },
  ],
})
