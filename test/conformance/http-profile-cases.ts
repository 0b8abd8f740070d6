import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { KitCase } from './kit-case.ts'
import { isSuccess, KitFlow, type KitAddress, type KitContext } from './kit-flow.ts'

const profile = 'https://w3id.org/dspace-sig/profile/http-pull'
const audience = 'tck-participant'

const address = (endpoint: string, properties: Readonly<Record<string, string>>): KitAddress => ({
  endpointType: profile,
  endpoint,
  endpointProperties: Object.entries(properties).map(([name, value]) => ({ name, value })),
})

const bearer = { authorization: randomUUID(), authType: 'bearer' }

const propertyOf = (dataAddress: KitAddress | undefined, name: string): string =>
  dataAddress?.endpointProperties?.find((property) => property.name === name)?.value ??
  assert.fail(`the address has no ${name}`)

/** A started flow with the renewable address that was offered. */
async function renewable(context: KitContext) {
  const flow = new KitFlow(context, profile)
  const { dataAddress } = await flow.start('STARTED')
  await flow.becomes('STARTED')
  assert.equal(dataAddress?.endpointType, profile)
  assert.ok(URL.canParse(dataAddress.endpoint))
  assert.equal(propertyOf(dataAddress, 'authType'), 'bearer')
  assert.match(propertyOf(dataAddress, 'expiresIn'), /^\d+$/)
  return {
    accessToken: propertyOf(dataAddress, 'authorization'),
    refreshToken: propertyOf(dataAddress, 'refreshToken'),
    refreshEndpoint: propertyOf(dataAddress, 'refreshEndpoint'),
  }
}

async function refresh(endpoint: string, refreshToken: string, clientToken: string) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${clientToken}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  return { ok: response.ok, body: (await response.json()) as Record<string, unknown> }
}

/** The kit's tests of the HTTP profile with token renewal (RC3 only). */
export const httpProfileCases: readonly KitCase[] = [
  {
    id: 'DP_C_HTTP_PULL:01-01',
    title: 'a renewable address is taken',
    run: async (context) => {
      const flow = new KitFlow(context, profile)
      assert.equal((await flow.prepare('PREPARED')).dataAddress, undefined)
      const renewal = {
        refreshToken: randomUUID(),
        expiresIn: '300',
        refreshEndpoint: `${context.kit.url}/refresh`,
      }
      const given = address(context.kit.dataUrl, { ...bearer, ...renewal })
      await flow.brings('started', 'STARTED', given)
    },
  },
  {
    id: 'DP_C_HTTP_PULL:02-01',
    title: 'an address without renewal is refused',
    run: async (context) => {
      const flow = new KitFlow(context, profile)
      await flow.prepare('PREPARED')
      const answer = await flow.send('started', address(context.kit.dataUrl, bearer))
      assert.ok(!isSuccess(answer), `started answers ${answer.status}`)
      assert.equal(await flow.status(), 'PREPARED')
    },
  },
  {
    id: 'DP_P_HTTP_PULL:01-01',
    title: 'an access token is renewed',
    run: async (context) => {
      const { accessToken, refreshToken, refreshEndpoint } = await renewable(context)
      const clientToken = await context.kit.clientToken(accessToken, audience)
      const { ok, body } = await refresh(refreshEndpoint, refreshToken, clientToken)
      assert.ok(ok, JSON.stringify(body))
      assert.equal(typeof body['access_token'], 'string')
      assert.notEqual(body['access_token'], accessToken)
      assert.equal(String(body['token_type']).toLowerCase(), 'bearer')
    },
  },
  {
    id: 'DP_P_HTTP_PULL:02-01',
    title: 'an invented refresh token is refused',
    run: async (context) => {
      const { accessToken, refreshEndpoint } = await renewable(context)
      const clientToken = await context.kit.clientToken(accessToken, audience)
      assert.equal((await refresh(refreshEndpoint, randomUUID(), clientToken)).ok, false)
    },
  },
  {
    id: 'DP_P_HTTP_PULL:02-02',
    title: 'a client token for another audience is refused',
    run: async (context) => {
      const { accessToken, refreshToken, refreshEndpoint } = await renewable(context)
      const clientToken = await context.kit.clientToken(accessToken, 'did:web:somebody.else')
      assert.equal((await refresh(refreshEndpoint, refreshToken, clientToken)).ok, false)
    },
  },
]
