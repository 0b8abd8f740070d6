import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Call } from '../support/provisioner-connector.ts'
import { fixtures, type DoubledTransfer } from '../support/provisioner-transfer.ts'
import { startProvisioner, type ProvisionerWorld } from '../support/provisioner-world.ts'
import { consumerClient } from '../support/consumer-client.ts'

let world: ProvisionerWorld
before(async () => {
  world = await startProvisioner()
})
beforeEach(() => {
  const { one } = world
  Object.assign(one, { callback: null, management: null, holdsBack: false, runs: true })
})
after(() => world[Symbol.asyncDispose]())

let exchanges = 0
/** One row of the protocol's tables. */
const exchange = (name: string, run: () => Promise<void>): void => {
  test(name, async () => {
    await run()
    exchanges += 1
  })
}

/** The transfer process was read between any two callbacks, and before the first one. */
function assertReadBeforeEach(transfer: DoubledTransfer): void {
  const about = world.one.asked(transfer.id)
  const isRead = ({ path, method }: Call) => method === 'GET' && path.includes('transferprocesses')
  about.forEach((call, index) => {
    if (!call.path.includes('/callback/')) return
    const previous = about[index - 1]
    assert.ok(previous !== undefined && isRead(previous), `callback ${index} came unread`)
  })
}

exchange(
  'a provision request is answered 200 in no time, while the connector is asked nothing',
  async () => {
    world.one.management = 'reset'
    const begun = performance.now()
    const transfer = await world.one.start()
    assert.deepEqual(transfer.provisionAnswers, [200])
    assert.ok(performance.now() - begun < 1000)
    world.one.management = null
    await world.becomes(transfer, 'DEPROVISIONED', 120)
  },
)

exchange('a transfer goes from its request to its end; its workspace and tokens stay', async () => {
  const transfer = await world.one.start()
  await world.becomes(transfer, 'DEPROVISIONED')
  await world.pass('its end', () => transfer.state === 'DEPROVISIONED')
  assert.deepEqual([transfer.taken, transfer.written.length], [1, 1])
  assert.deepEqual(transfer.deprovisionAnswers, [200])
  const [document = {}] = transfer.written
  assert.equal(document['schema'], 'dataspace-compute/access/1')
  assert.equal(document['processId'], transfer.id)
  assert.equal(document['agreementId'], transfer.agreementId)
  assert.equal((await world.flowOf(transfer))?.state, 'COMPLETED')
  assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
  const answer = await world.consumer(document).call('GET', '/workspace')
  assert.equal(answer.status, 200)
  assert.equal((answer.body as { participantId: string }).participantId, 'consumer')
})

exchange('the callback is exactly what EDC takes, with the management key', async () => {
  const transfer = await world.one.start()
  await world.becomes(transfer, 'DEPROVISIONED')
  const [callback] = world.one.callbacks(transfer)
  assert.equal(callback?.headers['x-api-key'], world.one.key)
  assert.equal(callback.headers['content-type'], 'application/json')
  assert.equal(callback.path, `/api/management/callback/${transfer.id}/provision`)
  const body = callback.body as {
    resourceName: string
    contentDataAddress: { properties: Record<string, string> }
  }
  const { properties } = body.contentDataAddress
  const baseUrl = 'https://w3id.org/edc/v0.0.1/ns/baseUrl'
  const flow = await world.flowOf(transfer)
  assert.equal(properties[baseUrl], `${world.under.connectorUrl}/provisioner/v1/access/${flow?.id}`)
  assert.match(properties['authCode'] ?? '', /^Bearer dscc_/)
  const plain = {
    ...body,
    resourceDefinitionId: 'resource',
    resourceName: 'unique',
    contentDataAddress: {
      properties: { ...properties, [baseUrl]: 'content', authCode: 'Bearer content' },
    },
  }
  assert.deepEqual(plain, fixtures['control-plane'].callback)
  const other = await world.one.start({ agreementId: transfer.agreementId })
  await world.becomes(other, 'DEPROVISIONED')
  const names = [transfer, other].map(
    (one) => (world.one.callbacks(one)[0]?.body as typeof body).resourceName,
  )
  assert.notEqual(names[0], names[1])
})

exchange(
  'no callback before the connector has stored our answer, however long it takes',
  async () => {
    world.one.holdsBack = true
    const transfer = await world.one.start()
    await world.live(30)
    assert.equal(world.one.callbacks(transfer).length, 0)
    world.one.store()
    await world.becomes(transfer, 'DEPROVISIONED')
    assert.deepEqual([transfer.overwritten, transfer.taken, transfer.errorDetail], [false, 1, null])
  },
)

exchange('no callback sooner than two seconds after the last answer', async () => {
  const transfer = await world.one.start()
  await world.live(1)
  await world.one.send(transfer, 'provision')
  await world.live(1)
  assert.equal(world.one.callbacks(transfer).length, 0)
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.equal(transfer.taken, 1)
})

exchange(
  'repeats of a provision request, also at once, are answered alike and done once',
  async () => {
    const transfer = await world.one.start()
    await Promise.all(Array.from({ length: 10 }, () => world.one.send(transfer, 'provision')))
    await world.becomes(transfer, 'DEPROVISIONED')
    await world.one.send(transfer, 'provision')
    await world.live(5)
    assert.deepEqual(new Set(transfer.provisionAnswers), new Set([200]))
    assert.deepEqual([transfer.taken, world.one.callbacks(transfer).length], [1, 1])
    const flows = await world.under.service.app.database.read.flows.count({
      processId: transfer.id,
    })
    assert.equal(flows, 1)
  },
)

exchange(
  'without a type the first is provision, and one after the callback was taken deprovision',
  async () => {
    world.one.runs = false
    const untyped = { withoutType: true }
    const transfer = await world.one.start(untyped)
    await world.one.send(transfer, 'provision', untyped)
    await world.pass('the callback', () => transfer.taken === 1)
    await world.one.run(transfer)
    assert.equal((await world.flowOf(transfer))?.state, 'STARTED')
    assert.equal(await world.one.send(transfer, 'deprovision', untyped), 200)
    assert.equal((await world.row(transfer))?.state, 'DEPROVISIONED')
    assert.equal((await world.flowOf(transfer))?.state, 'COMPLETED')
    assert.equal(await world.one.send(transfer, 'deprovision', untyped), 200)
  },
)

for (const status of [401, 404, 409, 429, 500, 503, 'reset'] as const) {
  exchange(`a callback answered with ${status} is repeated once the process was read`, async () => {
    world.one.callback = status
    const transfer = await world.one.start()
    await world.pass('two callbacks', () => world.one.callbacks(transfer).length >= 2)
    world.one.callback = null
    await world.becomes(transfer, 'DEPROVISIONED', 120)
    assertReadBeforeEach(transfer)
    assert.deepEqual([transfer.taken, transfer.written.length, transfer.errorDetail], [1, 1, null])
  })
}

exchange('a callback that was taken and not answered is not sent again', async () => {
  world.one.callback = 'late'
  const transfer = await world.one.start()
  await world.becomes(transfer, 'DEPROVISIONED')
  await world.live(30)
  assert.deepEqual([transfer.taken, world.one.callbacks(transfer).length], [1, 1])
})

exchange(
  'a callback that was taken without effect is found by one look, and sent again',
  async () => {
    world.one.callback = 204
    const transfer = await world.one.start()
    await world.pass('a callback', () => world.one.callbacks(transfer).length === 1)
    world.one.callback = null
    await world.becomes(transfer, 'DEPROVISIONED', 60)
    assertReadBeforeEach(transfer)
    assert.deepEqual([world.one.callbacks(transfer).length, transfer.taken], [2, 1])
  },
)

exchange('a taken callback is verified once, and then nothing is asked about it', async () => {
  world.one.runs = false
  const transfer = await world.one.start()
  await world.pass('the callback', () => transfer.taken === 1)
  transfer.state = 'STARTED'
  await world.pass('the look', async () => (await world.row(transfer))?.callbackTakenAt !== null)
  const asked = world.one.asked(transfer.id).length
  await world.live(60)
  assert.equal(world.one.asked(transfer.id).length, asked)
  await world.one.send(transfer, 'deprovision')
})

exchange('a callback answered with 400 ends the transfer process', async () => {
  world.one.callback = 400
  const transfer = await world.one.start()
  await world.becomes(transfer, 'REFUSED')
  assert.deepEqual([transfer.state, world.one.callbacks(transfer).length], ['TERMINATED', 1])
  assert.equal((await world.flowOf(transfer))?.state, 'TERMINATED')
})

exchange('a callback answered with 404 is repeated a few times and then given up', async () => {
  world.one.callback = 404
  const transfer = await world.one.start()
  await world.becomes(transfer, 'REFUSED', 300)
  assert.equal(world.one.callbacks(transfer).length, 4)
  assert.equal(transfer.state, 'TERMINATED')
})

exchange(
  'a process that was terminated while we provisioned gets no callback: all is released',
  async () => {
    const transfer = await world.one.start()
    transfer.state = 'DEPROVISIONED'
    await world.becomes(transfer, 'DEPROVISIONED')
    assert.equal(world.one.callbacks(transfer).length, 0)
    assert.equal((await world.flowOf(transfer))?.state ?? 'TERMINATED', 'TERMINATED')
    assert.equal(world.one.asked(`${transfer.id}/terminate`).length, 0)
  },
)

exchange('a 409 because the process is DEPROVISIONED releases everything', async () => {
  world.one.callback = 409
  const transfer = await world.one.start()
  await world.pass('a callback', () => world.one.callbacks(transfer).length === 1)
  transfer.state = 'DEPROVISIONED'
  await world.becomes(transfer, 'DEPROVISIONED')
  await world.live(30)
  assert.equal(world.one.callbacks(transfer).length, 1)
  assert.equal((await world.flowOf(transfer))?.state, 'TERMINATED')
  assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
})

exchange(
  'a deprovision request is answered exactly 200: repeated, unknown, incomplete',
  async () => {
    const transfer = await world.one.start()
    await world.becomes(transfer, 'DEPROVISIONED')
    const again = [
      await world.one.send(transfer, 'deprovision'),
      await world.one.send(transfer, 'deprovision', { changes: { transferProcessId: 'unknown' } }),
      await world.one.send(transfer, 'deprovision', { changes: { resourceDefinitionId: 'other' } }),
      await world.one.send(transfer, 'deprovision', { changes: { transferProcessId: null } }),
      await world.one.send(transfer, 'deprovision', { changes: { callbackAddress: null } }),
    ]
    assert.deepEqual(again, [200, 200, 200, 200, 200])
    assert.equal((await world.workspaceOf(transfer))?.state, 'READY')
  },
)

exchange(
  'a foreign callback address is refused with a 4xx: nobody is asked, nothing is made',
  async () => {
    for (const callbackAddress of [
      'http://127.0.0.1:1/api/management/callback',
      `${world.one.managementUrl}/callback`,
      `${world.one.callbackAddress['control-plane']}/elsewhere`,
      `${world.one.callbackAddress['control-plane']}?to=elsewhere`,
      'no address',
    ]) {
      const transfer = await world.one.start({ changes: { callbackAddress } })
      assert.deepEqual(transfer.provisionAnswers, [422], callbackAddress)
      assert.equal(await world.row(transfer), undefined)
      assert.equal(world.one.asked(transfer.id).length, 0)
    }
  },
)

exchange('what cannot be a provision request is refused with 400, once', async () => {
  for (const changes of [
    { transferProcessId: '..' },
    { resourceDefinitionId: null },
    { assetId: null },
    { callbackAddress: 7 },
    { type: 'other' },
  ]) {
    const { provisionAnswers } = await world.one.start({ changes })
    assert.deepEqual(provisionAnswers, [400], JSON.stringify(changes))
  }
})

exchange('null and unknown fields change nothing', async () => {
  const transfer = await world.one.start({ changes: { policy: null, added: { later: [1] } } })
  await world.becomes(transfer, 'DEPROVISIONED')
  assert.equal(transfer.taken, 1)
})

exchange('a wrong or missing credential is refused with 401, once', async () => {
  const { endpoint } = world.one
  for (const url of [
    endpoint.replace(/\/k\/[^/]+/, ''),
    endpoint.replace(/provisioner-one/, 'x'),
  ]) {
    world.one.endpoint = url
    const { provisionAnswers } = await world.one.start()
    assert.deepEqual(provisionAnswers, [401])
  }
  world.one.endpoint = endpoint
})

exchange(
  'the content is read again and again, with its own token only, until deprovision',
  async () => {
    world.one.runs = false
    const transfer = await world.one.start()
    await world.pass('the callback', () => transfer.taken === 1)
    const [address = {}] = transfer.addresses
    const url = address['https://w3id.org/edc/v0.0.1/ns/baseUrl'] ?? ''
    const token = (address['authCode'] ?? '').replace('Bearer ', '')
    const read = (authorization?: string, at = url) =>
      fetch(at, { headers: authorization === undefined ? {} : { authorization } })
    const documents: { authorization: string; refreshToken: string }[] = []
    for (const authorization of [`Bearer ${token}`, token, `Bearer ${token}`]) {
      const answer = await read(authorization)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      documents.push((await answer.json()) as { authorization: string; refreshToken: string })
    }
    assert.equal(new Set(documents.map(({ authorization }) => authorization)).size, 3)
    for (const { authorization } of documents) {
      const client = consumerClient(`${world.under.consumerUrl}/v1`, authorization)
      assert.equal((await client.call('GET', '')).status, 200)
    }
    assert.notEqual((await world.row(transfer))?.callbackTakenAt, null)
    const other = await world.one.start()
    await world.pass('another callback', () => other.taken === 1)
    const [otherAddress = {}] = other.addresses
    const [document] = documents
    for (const wrong of [
      undefined,
      'Bearer x',
      otherAddress['authCode'],
      `Bearer ${document?.authorization ?? ''}`,
    ])
      assert.equal((await read(wrong)).status, 401)
    assert.equal(await world.one.send(transfer, 'deprovision'), 200)
    assert.equal((await read(`Bearer ${token}`)).status, 404)
    const kept = consumerClient(`${world.under.consumerUrl}/v1`, document?.authorization ?? '')
    assert.equal((await kept.call('GET', '')).status, 200)
    await world.one.send(other, 'deprovision')
  },
)

exchange(
  'transfers of one agreement share a workspace; each document renews by itself',
  async () => {
    const first = await world.one.start()
    await world.becomes(first, 'DEPROVISIONED')
    const second = await world.one.start({ agreementId: first.agreementId })
    await world.becomes(second, 'DEPROVISIONED')
    const [one = {}, two = {}] = [first.written[0], second.written[0]]
    assert.equal(one['workspaceId'], two['workspaceId'])
    const renew = async (refreshToken: unknown) => {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: String(refreshToken),
      })
      const answer = await fetch(String(one['refreshEndpoint']), { method: 'POST', body })
      return (await answer.json()) as { refresh_token?: string }
    }
    let newest: unknown = one['refreshToken']
    for (let times = 0; times < 3; times++) newest = (await renew(newest)).refresh_token
    assert.equal(typeof newest, 'string')
    assert.equal(typeof (await renew(two['refreshToken'])).refresh_token, 'string')
  },
)

exchange(
  'a connector that does not answer is asked with back-off, and the callback comes after it',
  async () => {
    const transfer = await world.one.start()
    world.one.management = 'reset'
    await world.live(120)
    const asked = world.one.asked(transfer.id).length
    assert.ok(asked < 20, `asked ${asked} times in 120 s`)
    assert.equal(world.one.callbacks(transfer).length, 0)
    world.one.management = null
    await world.becomes(transfer, 'DEPROVISIONED', 120)
    assert.equal(transfer.taken, 1)
  },
)

test('every replayed exchange of the control-plane generation was answered as it demands', (t) => {
  t.diagnostic(`${exchanges} exchanges`)
  assert.equal(exchanges, 29)
})
