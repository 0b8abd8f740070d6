import { startConnectors } from '../../support/edc-connectors.ts'
import { startEventRelay } from './event-relay.ts'

/** What the tests of this folder have in common: three connectors, and where their events go. */
export async function start() {
  const relay = await startEventRelay()
  try {
    const connectors = await startConnectors(['compute', 'consumer', 'data'], {
      DSC_EDC_EVENTS_URL: relay.url,
    })
    const stop = async () => {
      await connectors.down()
      await relay[Symbol.asyncDispose]()
    }
    return { variables: connectors.variables, stop }
  } catch (error) {
    await relay[Symbol.asyncDispose]()
    throw error
  }
}
