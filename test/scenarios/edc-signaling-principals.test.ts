import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { startEdcConnector } from '../support/edc-connector.ts'
import { edcControlPlane, pathSecret } from '../support/edc-fixture.ts'
import { edcPrepare, edcSend, edcSignal, edcStart } from '../support/edc-messages.ts'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'

const services = { 'any.service.yaml': nodeService('any', '') }
const otherSecret = 'path-secret-of-another-connector'
const key = { 'x-api-key': 'key-of-the-new-connector' }

let stack: AsyncDisposableStack
let under: ServiceUnderTest

before(async () => {
  stack = new AsyncDisposableStack()
  const plane = stack.use(await startControlPlane())
  const connector = stack.use(await startEdcConnector())
  const file = (id: string, secret: string) =>
    edcControlPlane(connector, {
      id,
      participantContextId: 'compute',
      inbound: { type: 'path-secret', secret },
    })
  under = stack.use(
    await startUnderTest({
      services,
      controlPlanes: {
        '1.control-plane.yaml': file('old', pathSecret),
        '2.control-plane.yaml': file('other', otherSecret),
        '3.control-plane.yaml': controlPlaneFile('new', plane, {
          participantContextId: 'compute',
          inbound: { type: 'api-key', key: key['x-api-key'] },
        }),
      },
    }),
  )
})
after(() => stack.disposeAsync())

const edc = (secret: string | undefined, path: string, body?: unknown) =>
  edcSend(
    `${under.connectorUrl}${secret === undefined ? '' : `/k/${secret}`}/edc/v1/dataflows`,
    path,
    body,
  )
const flows = () => under.service.app.database.read.flows

test('a connector is known by the secret in its path, and by nothing else', async () => {
  for (const secret of [undefined, 'path-secret-of-nobody-at-all']) {
    assert.equal((await edc(secret, 'check')).status, 401)
    assert.equal((await edc(secret, 'start', edcStart())).status, 401)
  }
  assert.equal((await edc(pathSecret, 'check')).status, 204)
})

test('a control plane of one protocol is unknown to the other one', async () => {
  const before = await flows().count({})
  const base = `${under.connectorUrl}/k/${pathSecret}`
  assert.equal((await signal(base, 'start', openingBody())).status, 401)
  const response = await fetch(`${under.connectorUrl}/edc/v1/dataflows/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify(edcStart()),
  })
  assert.equal(response.status, 401)
  assert.equal(await flows().count({}), before)
})

test('messages with another control plane’s process change nothing there', async () => {
  const opening = openingBody()
  const { processId } = opening
  assert.equal((await signal(under.connectorUrl, 'start', opening, key)).status, 200)
  const message = edcStart()
  assert.equal((await edc(otherSecret, 'start', message)).status, 200)
  for (const foreign of [processId, message.processId]) {
    assert.equal((await edc(pathSecret, `${foreign}/suspend`, edcSignal('Suspend'))).status, 404)
    assert.equal((await edc(pathSecret, `${foreign}/state`)).status, 404)
    assert.equal(
      (await edc(pathSecret, `${foreign}/terminate`, edcSignal('Terminate'))).status,
      204,
    )
    const ofIt = await flows().list({ where: { processId: foreign } })
    assert.deepEqual(
      ofIt.map(({ state }) => state),
      ['STARTED'],
    )
  }
})

test('two protocols of one participant context share the workspace of an agreement', async () => {
  const message = edcStart()
  const { agreementId } = message
  assert.equal((await edc(pathSecret, 'start', message)).status, 200)
  const opening = openingBody({ agreementId })
  assert.equal((await signal(under.connectorUrl, 'start', opening, key)).status, 200)
  const workspaces = await under.service.app.database.read.workspaces.list({
    where: { agreementId },
  })
  assert.equal(workspaces.length, 1)
})

test('a prepare into a workspace of another participant context finds none', async () => {
  const { database } = under.service.app
  await database.read.workspaces.updateWhere({}, { participantContextId: 'somebody-else' })
  const [workspace] = await database.read.workspaces.list({})
  const destination = { type: 'Workspace', workspace: workspace?.id ?? '', input: 'a' }
  const answer = await edc(pathSecret, 'prepare', edcPrepare({ destination }))
  assert.deepEqual([answer.status, answer.body.code], [404, 'not-found'])
})
