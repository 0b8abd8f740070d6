import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const scripts = fileURLToPath(new URL('../counterparts/edc/', import.meta.url))
/** The first start on a machine may install Java and gathers the jars. */
const timeout = 1_200_000

/** Real connectors, started; the driver is in test/system/edc. */
export interface Connectors {
  /** How they are reached, for `new Connector(NAME, variables)`. */
  readonly variables: Readonly<Record<string, string>>
  down(): Promise<void>
}

/**
 * Starts the connectors afresh, those of an earlier run end before. `variables` are settings of the counterpart, such as
 * DSC_EDC_EVENTS_URL.
 */
export async function startConnectors(
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Connectors> {
  const down = async () => {
    await run('down', [])
  }
  await down()
  try {
    const printed = await run('up', names, variables)
    const found = [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    )
    return { variables: { ...variables, ...Object.fromEntries(found) }, down }
  } catch (error) {
    await down()
    throw error
  }
}

/** Ends a connector and starts it again as it was configured; returns when it is ready. It forgets everything. */
export async function restartConnector(name: string): Promise<void> {
  await run('restart', [name])
}

/** Ends one connector; `startConnector` brings it back, with everything forgotten. */
export async function stopConnector(name: string): Promise<void> {
  await run('down', [name])
}

export async function startConnector(name: string): Promise<void> {
  await run('up', [name])
}

const run = async (
  script: string,
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) => {
  const env = { ...process.env, ...variables }
  return (await promisify(execFile)(`${scripts}${script}`, names, { timeout, env })).stdout
}
