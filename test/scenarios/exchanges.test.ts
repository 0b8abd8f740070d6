import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  startControlPlane,
  controlPlaneFile,
  openingBody,
  signal,
} from '../support/control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { until } from '../support/until.ts'

interface Shown {
  readonly direction: 'in' | 'out'
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly durationMs: number
  readonly processId: string | null
  readonly request: unknown
  readonly response: unknown
}

const service = {
  id: 'compute-1',
  title: 'Compute',
  worker: { image: 'i:1', command: ['true'] },
}

async function shown(world: ServiceUnderTest, id: string, query = ''): Promise<readonly Shown[]> {
  const key = world.service.secrets.managementKey
  const url = `${world.managementUrl}/v1/control-planes/${id}/exchanges${query}`
  const response = await fetch(url, { headers: { 'x-api-key': key } })
  assert.equal(response.status, 200)
  return ((await response.json()) as { items: readonly Shown[] }).items
}

test('the messages with each control plane are shown, both ways, and no secret of them', async () => {
  await using edc = await startControlPlane()
  edc.answer = () => ({ status: 200, body: '{"taken":true,"token":"canary-answer"}' })
  const pathSecret = 'canary-path-secret-0123'
  await using world = await startUnderTest({
    services: { 'compute.service.yaml': service },
    controlPlanes: {
      'one.control-plane.yaml': controlPlaneFile('one', edc, {
        inbound: { type: 'api-key', key: 'canary-inbound' },
        callbacks: { url: edc.url, type: 'api-key', key: 'canary-callback' },
      }),
      'two.control-plane.yaml': controlPlaneFile('two', edc, {
        inbound: { type: 'path-secret', secret: pathSecret },
      }),
    },
  })
  const start = openingBody({ processId: 'p1', metadata: { licenceKey: 'canary-metadata' } })
  const asOne = { 'x-api-key': 'canary-inbound' }
  const answer = await signal(world.connectorUrl, 'start', start, asOne)
  assert.equal(answer.status, 200)
  await signal(world.connectorUrl, 'start', start, { 'x-api-key': 'canary-forged' })
  await signal(`${world.connectorUrl}/k/canary-forged-0123456789`, 'p1/status')
  const wrong = await signal(`${world.connectorUrl}/k/${pathSecret}`, 'start', { canary: 1 })
  assert.equal(wrong.status, 400)
  const [workspace] = await world.service.app.database.read.workspaces.list({})
  await fetch(`${world.managementUrl}/v1/workspaces/${workspace?.id}/close`, {
    method: 'POST',
    headers: { 'x-api-key': world.service.secrets.managementKey },
  })
  const one = await until('both ways', async () => {
    const items = await shown(world, 'one')
    return items.some(({ direction }) => direction === 'out') && items
  })
  assert.deepEqual(
    one.map(({ direction, method, path, status, processId }) => [
      direction,
      method,
      path,
      status,
      processId,
    ]),
    [
      ['out', 'POST', '/signaling/transfers/p1/dataflow/errored', 200, 'p1'],
      ['in', 'POST', '/signaling/v1/dataflows/start', 200, 'p1'],
    ],
  )
  const [told, asked] = one
  assert.deepEqual(told?.response, { taken: true, token: '…' })
  assert.equal((asked?.request as { datasetId: string }).datasetId, 'compute-1')
  assert.equal((asked?.response as { state: string }).state, 'STARTED')
  const key = world.service.secrets.managementKey
  const entry = await fetch(`${world.managementUrl}/v1/control-planes/two`, {
    headers: { 'x-api-key': key },
  })
  const { lastMessageAt } = (await entry.json()) as { readonly lastMessageAt: string | null }
  assert.ok(lastMessageAt !== null, 'a message that was refused is one, too')
  const two = await shown(world, 'two')
  assert.deepEqual(
    two.map(({ path, status }) => [path, status]),
    [['/k/…/signaling/v1/dataflows/start', 400]],
  )
  assert.equal((two[0]?.response as { code: string }).code, 'invalid-request')
  assert.deepEqual(await shown(world, 'one', '?processId=p2'), [])
  const secrets = [
    ...JSON.stringify(answer.body).matchAll(/"(?:authorization|refreshToken)","value":"([^"]+)"/g),
  ]
  assert(secrets.length > 0)
  const everything = JSON.stringify([one, two])
  assert.doesNotMatch(everything, /canary-|dsc_|dsr_/)
  for (const [, secret = ''] of secrets) assert(!everything.includes(secret))
  await world.service.stop(2000)
  const kept = readFileSync(`${world.directory}/data/dataspace-compute.sqlite`)
  assert(!kept.includes(pathSecret) && !kept.includes('canary-forged'))
})
