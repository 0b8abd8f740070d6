import { renameSync, writeFileSync } from 'node:fs'
import { collectEverything } from '../adapters/memory/garbage.ts'
import { readConfiguration, type Environment } from '../config/configuration.ts'
import { startService, type Service } from '../service.ts'
import { createLog } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics.ts'

export interface ProcessEnvironment {
  readonly variables: Environment
  readonly readFile: (path: string) => string
}

const drainMs = 8000

/** Runs the service until SIGTERM or SIGINT; SIGHUP reads the folders again. */
export async function serve(
  environment: ProcessEnvironment,
  readyFile: string | undefined,
  programPath: string,
): Promise<number> {
  const configuration = readConfiguration(environment.variables, environment.readFile)
  const log = createLog({ level: configuration.required('DSC_LOG_LEVEL') })
  const metrics = createMetrics(log)
  const agentProgram = [process.execPath, programPath, 'agent']
  const service = await startService({ configuration, log, metrics, agentProgram })
  tellPeople(service)
  if (readyFile !== undefined) writeReadyFile(readyFile, service)
  collectEverything()
  process.on('SIGHUP', () => {
    service
      .reload()
      .catch((error: unknown) =>
        log.error({ error: String(error) }, 'the folders were not taken over'),
      )
  })
  await stopSignal()
  log.info({}, 'stopping')
  await service.stop(drainMs)
  return 0
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

function tellPeople({ listeners, secrets, storeUrl, app }: Service): void {
  const { consumerUrl, connectorUrl, managementUrl } = listeners.urls
  const lines = [
    'dataspace-compute is ready.',
    `  consumer API     ${consumerUrl}/docs`,
    `  connector API    ${connectorUrl}/docs`,
    `  management API   ${managementUrl}/docs`,
    `  object store     ${storeUrl}`,
    ...(secrets.managementKeyFile === null
      ? []
      : [`  management key   ${secrets.managementKeyFile}`]),
    ...(app.compute.kind === 'local'
      ? ['  Jobs run as local processes: nothing is isolated. For development only.']
      : []),
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
}

function writeReadyFile(path: string, { listeners, secrets, storeUrl }: Service): void {
  const document = {
    pid: process.pid,
    ...listeners.urls,
    storeUrl,
    managementKeyFile: secrets.managementKeyFile,
  }
  writeFileSync(`${path}.new`, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
