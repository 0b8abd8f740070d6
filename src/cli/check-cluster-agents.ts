import { isLoopback, listenerAddress } from '../composition/addresses.ts'
import type { Configuration } from '../config/configuration.ts'
import type { CheckLine } from './check-line.ts'

/** What agents in pods need of the configuration: their image, and a store that they can reach. */
export function checkAgents(configuration: Configuration): readonly CheckLine[] {
  return [agentImage(configuration), agentStore(configuration)]
}

function agentImage(configuration: Configuration): CheckLine {
  const name = 'agent image'
  const image = configuration.text('DSC_AGENT_IMAGE') ?? ''
  if (image !== '') return { result: 'ok', name, detail: image }
  return {
    result: 'fail',
    name,
    detail: 'none is given, and no job can start without the agent beside its worker',
    remedy: 'Set DSC_AGENT_IMAGE to the image of this program, in the version of the service.',
  }
}

function agentStore(configuration: Configuration): CheckLine {
  const name = 'store for agents'
  const { text } = configuration
  const store = listenerAddress(configuration, 'STORE')
  const embedded = configuration.required('DSC_STORE') === 'embedded'
  if (embedded && isLoopback(store.host)) {
    return {
      result: 'fail',
      name,
      detail: `the embedded store listens on ${store.host}, where no pod reaches it`,
      remedy: 'Set DSC_STORE_HOST to an address that pods reach, such as 0.0.0.0.',
    }
  }
  const listening = embedded ? `http://${inUrl(store.host)}:${store.port}` : text('DSC_S3_ENDPOINT')
  const url = text('DSC_AGENT_STORE_URL') ?? text('DSC_STORE_URL') ?? listening
  const remedy = 'Set DSC_AGENT_STORE_URL to the address that pods of jobs reach the store at.'
  if (url === undefined) {
    return { result: 'fail', name, detail: 'agents are told no address of the store', remedy }
  }
  const { hostname, origin } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(host) || everywhere.includes(host)) {
    return { result: 'fail', name, detail: `${origin} is the pod itself for an agent`, remedy }
  }
  return { result: 'ok', name, detail: `agents are told ${origin}` }
}

/** Listening on all addresses; nobody can be told such a one. */
const everywhere = ['0.0.0.0', '::']
const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host)
