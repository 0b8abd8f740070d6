import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'
import { consumerCases } from './consumer-cases.ts'
import { httpProfileCases } from './http-profile-cases.ts'
import { startKit, type Kit } from './kit.ts'
import { asynchronous } from './kit-case.ts'
import { kitConduct } from './kit-conduct.ts'
import { KitFlow, type Shape } from './kit-flow.ts'
import { providerCases } from './provider-cases.ts'

/** The ids of the kit's data-plane tests; those of the base are in its versions for both wire shapes. */
const baseIds = [
  ...['01-01', '01-02', '02-01', '02-02', '03-01', '04-01'].map((id) => `DP_C_PULL:${id}`),
  ...['01-01', '01-02', '02-01', '02-02', '03-01', '04-01'].map((id) => `DP_C_PUSH:${id}`),
  ...['01-01', '01-02', '02-01', '02-02', '04-01'].map((id) => `DP_P_PULL:${id}`),
  ...['01-01', '01-02', '02-01', '02-02', '03-01', '04-01'].map((id) => `DP_P_PUSH:${id}`),
]
const httpProfileIds = [
  ...['01-01', '02-01'].map((id) => `DP_C_HTTP_PULL:${id}`),
  ...['01-01', '02-01', '02-02'].map((id) => `DP_P_HTTP_PULL:${id}`),
]

const baseCases = [...consumerCases, ...providerCases]
const passed = { RC2: new Set<string>(), RC3: new Set<string>() }
let kit: Kit
let under: ServiceUnderTest

before(async () => {
  kit = await startKit()
  under = await startUnderTest({
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: {
      'kit.control-plane.yaml': {
        id: 'kit',
        protocol: 'dps',
        inbound: { type: 'none' },
        callbacks: { url: kit.url, type: 'none' },
      },
    },
    variables: { DSC_DID_HTTP_HOSTS: '127.0.0.1', DSC_EGRESS_ALLOW: '127.0.0.0/8' },
    overrides: { conduct: kitConduct },
  })
})

after(async () => {
  await under[Symbol.asyncDispose]()
  await kit[Symbol.asyncDispose]()
})

const run =
  (shape: Shape, { id, run: runCase }: (typeof baseCases)[number]) =>
  async () => {
    await runCase({ kit, dataPlaneUrl: `${under.connectorUrl}/signaling/v1`, shape })
    passed[shape].add(id)
  }

for (const one of [...baseCases, ...httpProfileCases]) {
  test(`${one.id} ${one.title}`, run('RC3', one))
}

for (const one of baseCases) test(`${one.id} ${one.title} (RC2)`, run('RC2', one))

test('a callback that the kit does not expect yet is answered 404, and comes again', async () => {
  const context = { kit, dataPlaneUrl: `${under.connectorUrl}/signaling/v1`, shape: 'RC3' } as const
  const flow = new KitFlow(context, 'http-pull', asynchronous)
  await flow.prepare('PREPARING')
  const path = `/transfers/${flow.processId}/dataflow/prepared`
  const refused = () => kit.unexpected.filter((one) => one === path).length
  await until('a refused callback', () => Promise.resolve(refused() > 0))
  await flow.calledBack('prepared')
  await flow.becomes('PREPARED')
})

test('a document that the kit does not take leaves its flow STARTED', async () => {
  const context = { kit, dataPlaneUrl: `${under.connectorUrl}/signaling/v1`, shape: 'RC3' } as const
  const flow = new KitFlow(context, 'http-push')
  const endpoint = `${kit.dataUrl}/untaken`
  await flow.start('STARTED', { endpointType: 'https://w3id.org/idsa/v4.1/HTTP', endpoint })
  const refused = () => kit.unexpected.filter((path) => path === '/data/untaken').length
  await until('two refused documents', () => Promise.resolve(refused() > 1))
  assert.equal(await flow.status(), 'STARTED')
})

test('all 28 data-plane tests of the kit ran and passed, the 23 of the base in both wire shapes', (t) => {
  t.diagnostic(`conformance: ${passed.RC3.size} of ${baseIds.length + httpProfileIds.length}`)
  t.diagnostic(`conformance (RC2): ${passed.RC2.size} of ${baseIds.length}`)
  assert.equal(passed.RC3.size, 28)
  assert.deepEqual([...passed.RC3].toSorted(), [...baseIds, ...httpProfileIds].toSorted())
  assert.deepEqual([...passed.RC2].toSorted(), baseIds.toSorted())
})
