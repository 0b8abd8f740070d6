import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createBearerTokens } from '../../src/adapters/control-plane/bearer-tokens.ts'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { tokenAlgorithms } from '../../src/domain/token-keys.ts'
import { startReceiver, type Respond } from '../support/receiver.ts'

const rules = { type: 'oauth2', issuer: 'https://i', audience: 'a' } as const

async function key(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  const sign = (header: object = {}, name = alg) => {
    const token = new SignJWT({ iss: 'https://i', aud: ['b', 'a'], jti: 'j' })
    return token
      .setProtectedHeader({ alg: name, ...header })
      .setExpirationTime('5m')
      .sign(privateKey)
  }
  return { jwk: { ...jwk }, sign }
}

async function world(t: TestContext, respond: Respond) {
  const receiver = await startReceiver(t, respond)
  const egress = createEgress({
    allow: [],
    operatorOrigins: () => new Set([receiver.url]),
    ownListeners: () => [],
  })
  t.after(() => egress.destroy())
  const clock = { now: new Date() }
  const tokens = createBearerTokens(egress.outbound, () => clock.now)
  return { tokens, receiver, clock, jwksUri: `${receiver.url}/jwks` }
}

test('every algorithm that is offered is taken', async (t) => {
  const { tokens } = await world(t, () => ({ status: 404 }))
  for (const alg of tokenAlgorithms) {
    const { jwk, sign } = await key(alg)
    const verified = await tokens.verify(await sign(), { ...rules, jwks: { keys: [jwk] } })
    assert.equal(verified.id, 'j', alg)
  }
})

test('a key is taken for what it is there for only', async (t) => {
  const { tokens } = await world(t, () => ({ status: 404 }))
  const { jwk, sign } = await key('RS256')
  const refused = async (keys: readonly object[], header: object = {}) => {
    const token = await sign(header)
    await assert.rejects(tokens.verify(token, { ...rules, jwks: { keys } }), {
      code: 'unauthenticated',
    })
  }
  await refused([{ ...jwk, use: 'enc' }])
  await refused([{ ...jwk, alg: 'PS256' }])
  await refused([{ ...jwk, kid: 'one' }], { kid: 'two' })
  await refused([(await key('ES256')).jwk])
  await refused([])
})

test('a new key is found also where keys have no names, or keep them', async (t) => {
  for (const header of [{}, { kid: 'always' }]) {
    const keys = [await key('ES256'), await key('ES256')] as const
    let current = 0
    const { tokens, receiver, jwksUri } = await world(t, () => {
      const jwk = { ...keys[current]?.jwk, ...header }
      return { status: 200, body: JSON.stringify({ keys: [jwk] }) }
    })
    const verify = async (index: 0 | 1) =>
      tokens.verify(await keys[index].sign(header), { ...rules, jwksUri })
    await verify(0)
    current = 1
    await verify(1)
    for (let count = 0; count < 3; count++)
      await assert.rejects(verify(0), { code: 'unauthenticated' })
    assert.equal(receiver.received.length, 2)
  }
})

test('a clock may be half a minute off, and no more', async (t) => {
  const { tokens, clock } = await world(t, () => ({ status: 404 }))
  const { jwk, sign } = await key('ES256')
  const token = await sign()
  const at = clock.now.getTime()
  const verify = (seconds: number) => {
    clock.now = new Date(at + seconds * 1000)
    return tokens.verify(token, { ...rules, jwks: { keys: [jwk] } })
  }
  const { until } = await verify(320)
  assert.ok(until > clock.now)
  await assert.rejects(verify(332), { code: 'token-expired' })
  assert.ok(until <= clock.now, 'what is remembered of it is not forgotten before')
})

test('a key set that never comes is given up, by all who wait for it at once', async (t) => {
  const { tokens, receiver, jwksUri } = await world(t, () => 'silence')
  const token = await (await key('ES256')).sign()
  const begun = performance.now()
  const waiting = Array.from({ length: 20 }, () => tokens.verify(token, { ...rules, jwksUri }))
  for (const one of await Promise.allSettled(waiting)) {
    assert(one.status === 'rejected')
    const { code, retryAfterSeconds } = one.reason as { code: string; retryAfterSeconds: number }
    assert.deepEqual([code, retryAfterSeconds], ['issuer-unavailable', 5])
  }
  assert.ok(performance.now() - begun < 8000)
  assert.equal(receiver.received.length, 1)
})
