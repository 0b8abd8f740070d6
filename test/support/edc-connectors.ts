import { exportedBy, runScript } from '../../demo/connectors/scripts.ts'

/** The first start on a machine may install Java and gathers the jars. */
const timeoutMs = 1_200_000

/** Real connectors, started; the driver is in demo/connectors. */
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
    await runScript('down', [], {}, AbortSignal.timeout(timeoutMs))
  }
  await down()
  try {
    const printed = await runScript('up', names, variables, AbortSignal.timeout(timeoutMs))
    return { variables: { ...variables, ...exportedBy(printed) }, down }
  } catch (error) {
    await down()
    throw error
  }
}

/** Ends a connector and starts it again as it was configured; returns when it is ready. It forgets everything. */
export async function restartConnector(name: string): Promise<void> {
  await runScript('restart', [name])
}

/** Ends one connector; `startConnector` brings it back, with everything forgotten. */
export async function stopConnector(name: string): Promise<void> {
  await runScript('down', [name])
}

export async function startConnector(name: string): Promise<void> {
  await runScript('up', [name])
}
