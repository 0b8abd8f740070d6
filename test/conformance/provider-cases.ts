import assert from 'node:assert/strict'
import { asynchronous, completing, type KitCase } from './kit-case.ts'
import { KitFlow, type KitContext } from './kit-flow.ts'

type Direction = 'pull' | 'push'

/** Opens a flow; a push brings the address that it goes to. */
function open(flow: KitFlow, { kit }: KitContext, direction: Direction, state: string) {
  const target = { endpointType: 'https://w3id.org/idsa/v4.1/HTTP', endpoint: kit.dataUrl }
  return flow.start(state, direction === 'push' ? target : undefined)
}

/** A started flow, whose answer has an address for a pull and none for a push. */
async function startedFlow(context: KitContext, direction: Direction, agreementId?: string) {
  const profile = `http-${direction}`
  const flow = new KitFlow(context, profile, agreementId)
  const { dataAddress } = await open(flow, context, direction, 'STARTED')
  if (direction === 'push') assert.equal(dataAddress, undefined)
  else assert.equal(dataAddress?.endpointType, profile)
  await flow.becomes('STARTED')
  return flow
}

async function startsLater(context: KitContext, direction: Direction) {
  const flow = new KitFlow(context, `http-${direction}`, asynchronous)
  await open(flow, context, direction, 'STARTING')
  const message = await flow.calledBack('started')
  assert.equal(message.state, 'STARTED')
  await flow.becomes('STARTED')
}

/** What is asked of both directions. */
const common = (direction: Direction): readonly KitCase[] => {
  const name = `DP_P_${direction.toUpperCase()}`
  return [
    {
      id: `${name}:01-02`,
      title: 'a started flow is terminated',
      run: async (context) => {
        const flow = await startedFlow(context, direction)
        await flow.brings('terminate', 'TERMINATED')
      },
    },
    {
      id: `${name}:02-01`,
      title: 'a suspended flow is resumed',
      run: async (context) => {
        const flow = await startedFlow(context, direction)
        await flow.brings('suspend', 'SUSPENDED')
        const { body } = await flow.brings('resume', 'STARTED')
        assert.equal(body.state, 'STARTED')
      },
    },
    {
      id: `${name}:02-02`,
      title: 'a suspended flow is terminated',
      run: async (context) => {
        const flow = await startedFlow(context, direction)
        await flow.brings('suspend', 'SUSPENDED')
        await flow.brings('terminate', 'TERMINATED')
      },
    },
    {
      id: `${name}:04-01`,
      title: 'a flow is started later, and told by callback',
      run: (context) => startsLater(context, direction),
    },
  ]
}

/** The kit's base tests of the provider side. */
export const providerCases: readonly KitCase[] = [
  {
    id: 'DP_P_PULL:01-01',
    title: 'a started flow is completed by the control plane',
    run: async (context) => {
      const flow = await startedFlow(context, 'pull')
      await flow.brings('completed', 'COMPLETED')
    },
  },
  ...common('pull'),
  {
    id: 'DP_P_PUSH:01-01',
    title: 'a push is started without an address in the answer',
    run: async (context) => {
      await startedFlow(context, 'push')
    },
  },
  ...common('push'),
  {
    id: 'DP_P_PUSH:03-01',
    title: 'a push completes itself after STARTED was seen',
    run: async (context) => {
      const flow = await startedFlow(context, 'push', completing)
      assert.equal((await flow.calledBack('completed')).state, 'COMPLETED')
    },
  },
]
