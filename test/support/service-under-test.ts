import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { readConfiguration } from '../../src/config/configuration.ts'
import { startService, type Service, type ServiceOptions } from '../../src/service.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

export const programPath = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Setup {
  readonly variables?: Readonly<Record<string, string>>
  readonly overrides?: ServiceOptions['overrides']
  /** YAML documents by file name, e.g. `table.service.yaml`. */
  readonly services?: Readonly<Record<string, unknown>>
  readonly controlPlanes?: Readonly<Record<string, unknown>>
  /** Where the log goes, each line of it; else it is silent. */
  readonly logged?: (line: string) => void
  /** Reused by a second start; else a fresh one that goes with the service. */
  readonly directory?: string
}

export interface ServiceUnderTest extends AsyncDisposable {
  readonly service: Service
  readonly directory: string
  readonly consumerUrl: string
  readonly connectorUrl: string
  readonly managementUrl: string
  /** Stops the service and leaves its folder. */
  stop(): Promise<void>
}

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'dsc-test-'))
}

/** Files of services and control planes, as an operator has them. */
export function writeDefinitions(directory: string, setup: Setup): Record<string, string> {
  const folder = (name: string, files: Readonly<Record<string, unknown>> = {}) => {
    const path = join(directory, name)
    mkdirSync(path, { recursive: true })
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(path, file), stringify(content))
    }
    return path
  }
  return {
    DSC_SERVICES_DIR: folder('services', setup.services),
    DSC_CONTROL_PLANES_DIR: folder('control-planes', setup.controlPlanes),
  }
}

/** The product with nothing changed but its folder, free ports, and what the test sets. Answers are checked. */
export async function startUnderTest(setup: Setup = {}): Promise<ServiceUnderTest> {
  const directory = setup.directory ?? newDirectory()
  const variables = {
    DSC_DATA_DIR: join(directory, 'data'),
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_EGRESS_ALLOW: '127.0.0.0/8',
    DSC_STORE_RESERVE_BYTES: '0',
    ...writeDefinitions(directory, setup),
    ...setup.variables,
  }
  const { logged } = setup
  const log =
    logged === undefined
      ? createLog({ level: process.env['TEST_LOG'] ?? 'silent' })
      : createLog({ level: 'trace', destination: { write: logged } })
  const service = await startService({
    configuration: readConfiguration(variables, () => ''),
    log,
    metrics: createMetrics(log),
    agentProgram: [process.execPath, programPath, 'agent'],
    overrides: { validateResponses: true, ...setup.overrides },
  })
  return {
    service,
    directory,
    ...service.listeners.urls,
    stop: () => service.stop(2000),
    [Symbol.asyncDispose]: async () => {
      const errors = service.listeners.responseErrors()
      await service.stop(2000)
      if (setup.directory === undefined) rmSync(directory, { recursive: true, force: true })
      if (errors.length > 0)
        throw new Error(`answers do not fit their document:\n${errors.join('\n')}`)
    },
  }
}
