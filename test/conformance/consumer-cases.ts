import assert from 'node:assert/strict'
import { asynchronous, completing, type KitCase } from './kit-case.ts'
import { KitFlow, type KitContext } from './kit-flow.ts'

type Direction = 'pull' | 'push'

/** A prepared flow, whose answer has an address for a push and none for a pull. */
async function prepared(context: KitContext, direction: Direction, agreementId?: string) {
  const profile = `http-${direction}`
  const flow = new KitFlow(context, profile, agreementId)
  const { dataAddress } = await flow.prepare('PREPARED')
  if (direction === 'pull') assert.equal(dataAddress, undefined)
  else assert.equal(dataAddress?.endpointType, profile)
  return flow
}

async function startedFlow(context: KitContext, direction: Direction) {
  const flow = await prepared(context, direction)
  await flow.brings('started', 'STARTED')
  return flow
}

async function preparesLater(context: KitContext, direction: Direction) {
  const flow = new KitFlow(context, `http-${direction}`, asynchronous)
  const { dataAddress } = await flow.prepare('PREPARING')
  if (direction === 'pull') assert.equal(dataAddress, undefined)
  const message = await flow.calledBack('prepared')
  assert.equal(message.state, 'PREPARED')
  await flow.becomes('PREPARED')
}

/** What is asked of both directions. */
const common = (direction: Direction): readonly KitCase[] => {
  const name = `DP_C_${direction.toUpperCase()}`
  return [
    {
      id: `${name}:01-01`,
      title: 'a prepared flow is started',
      run: async (context) => {
        await startedFlow(context, direction)
      },
    },
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
        assert.ok(body.dataFlowId)
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
      title: 'a flow is prepared later, and told by callback',
      run: (context) => preparesLater(context, direction),
    },
  ]
}

/** The kit's base tests of the consumer side. */
export const consumerCases: readonly KitCase[] = [
  ...common('pull'),
  {
    id: 'DP_C_PULL:03-01',
    title: 'a flow completes itself after STARTED was seen',
    run: async (context) => {
      const flow = await prepared(context, 'pull', completing)
      await flow.becomes('PREPARED')
      await flow.brings('started', 'STARTED')
      assert.equal((await flow.calledBack('completed')).state, 'COMPLETED')
    },
  },
  ...common('push'),
  {
    id: 'DP_C_PUSH:03-01',
    title: 'a started flow is completed by the control plane',
    run: async (context) => {
      const flow = await startedFlow(context, 'push')
      await flow.brings('completed', 'COMPLETED')
    },
  },
]
