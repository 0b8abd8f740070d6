import { isLoopback, listenerAddress } from '../composition/addresses.ts'
import type { Configuration } from '../config/configuration.ts'
import { tryAddress } from '../http/listener.ts'
import { checked, type CheckLine } from './check-line.ts'

const names = ['CONSUMER', 'CONNECTOR', 'MANAGEMENT', 'STORE'] as const

/** Whether each listener could start. */
export async function checkListeners(configuration: Configuration): Promise<readonly CheckLine[]> {
  const embedded = configuration.required('DSC_STORE') === 'embedded'
  const lines: CheckLine[] = []
  for (const name of names.filter((one) => embedded || one !== 'STORE')) {
    const { host, port } = listenerAddress(configuration, name)
    const remedy = `End what listens there, or set DSC_${name}_PORT or DSC_${name}_HOST.`
    lines.push(
      await checked(`listener ${name.toLowerCase()}`, remedy, async () => {
        await tryAddress(host, port)
        return port === 0 ? `${host}, any free port` : `${host}:${port} is free`
      }),
    )
  }
  return lines
}

/** Local jobs isolate nothing: every listener must be on loopback. */
export function checkLocalJobs(configuration: Configuration): CheckLine {
  const exposed = names.filter((name) => !isLoopback(listenerAddress(configuration, name).host))
  const name = 'local jobs'
  if (exposed.length === 0) {
    return {
      result: 'ok',
      name,
      detail: 'workers run as processes here; every listener is on loopback',
    }
  }
  const listed = exposed.map((one) => `DSC_${one}_HOST`).join(', ')
  const detail = `workers run as processes here and nothing isolates them; not on loopback: ${listed}`
  const unsafe = configuration.text('DSC_COMPUTE_LOCAL') === 'unsafe'
  const remedy = unsafe
    ? 'For development only: whoever reaches a listener can run programs here.'
    : 'Listen on loopback, or accept it with DSC_COMPUTE_LOCAL=unsafe.'
  return { result: unsafe ? 'warn' : 'fail', name, detail, remedy }
}
