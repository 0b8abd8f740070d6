/**
 * Runs the service for the conformance kit of Data Plane Signaling, or for a connector that speaks it:
 * `npm run conformance -- --port 8081 --control-plane http://127.0.0.1:19683`. Nothing is changed in it but how flows
 * of the agreements `async` and `complete` behave, by which the kit asks for a behaviour. It ends with SIGINT or
 * SIGTERM and leaves nothing behind.
 *
 * The kit adds `/dataflows` to the URL that it is given. That of the service is http://127.0.0.1:PORT/signaling/v1; the
 * URL without a path is taken for it, too.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readConfiguration } from '../src/config/configuration.ts'
import { startService, type Service } from '../src/service.ts'
import { createLog } from '../src/telemetry/log.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { kitConduct } from '../test/conformance/kit-conduct.ts'
import { writeDefinitions } from '../test/support/service-under-test.ts'
import { nodeService } from '../test/support/services.ts'

const usage = `usage: npm run conformance -- --port PORT --control-plane URL [--ready-file PATH]

  --port PORT           where the service listens for signaling, on 127.0.0.1; 0 takes a free one
  --control-plane URL   where callbacks go: {URL}/transfers/{processId}/dataflow/…
  --ready-file PATH     written as JSON when the service can be used: pid, signalingUrl
`

interface Options {
  readonly port: number
  readonly controlPlane: string
  readonly readyFile: string | undefined
}

const base = '/signaling/v1'

/** Undefined when the arguments make no sense. */
function readOptions(args: readonly string[]): Options | undefined {
  const options = {
    port: { type: 'string' },
    'control-plane': { type: 'string' },
    'ready-file': { type: 'string' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const { port = '', 'control-plane': controlPlane = '', 'ready-file': readyFile } = values
  const url = URL.canParse(controlPlane) ? new URL(controlPlane) : undefined
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined
  return { port: Number(port), controlPlane: controlPlane.replace(/\/+$/, ''), readyFile }
}

/** The service with one compute service for every dataset, and one control plane that proves nothing. */
function start({ port, controlPlane }: Options, folder: string): Promise<Service> {
  const variables = {
    DSC_DATA_DIR: join(folder, 'data'),
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: String(port),
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_STORE_RESERVE_BYTES: '0',
    DSC_EGRESS_ALLOW: '127.0.0.0/8',
    DSC_DID_HTTP_HOSTS: '127.0.0.1',
    ...writeDefinitions(folder, {
      services: { 'any.service.yaml': nodeService('any', '') },
      controlPlanes: {
        'kit.control-plane.yaml': {
          id: 'kit',
          protocol: 'dps',
          inbound: { type: 'none' },
          callbacks: { url: controlPlane, type: 'none' },
        },
      },
    }),
  }
  const log = createLog({ level: 'warn', destination: process.stderr })
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  return startService({
    configuration: readConfiguration(variables, () => ''),
    log,
    metrics: createMetrics(log),
    agentProgram: [process.execPath, program, 'agent'],
    overrides: { conduct: kitConduct },
  })
}

/** Before the listener sees a request: `/dataflows/…` of the URL without a path means the service's own. */
function takeUrlWithoutPath(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage }
    if (request.url?.startsWith('/dataflows/') === true) request.url = `${base}${request.url}`
  })
}

const signals = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

async function run(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dsc-conformance-'))
  try {
    const service = await start(options, folder)
    takeUrlWithoutPath()
    const signalingUrl = `${service.listeners.urls.connectorUrl}${base}`
    process.stdout.write(
      `Ready. The data plane's URL, without /dataflows: ${signalingUrl} (callbacks go to ${options.controlPlane})\n`,
    )
    if (options.readyFile !== undefined) {
      const ready = JSON.stringify({ pid: process.pid, signalingUrl })
      writeFileSync(`${options.readyFile}.new`, `${ready}\n`)
      renameSync(`${options.readyFile}.new`, options.readyFile)
    }
    await signals
    await service.stop(2000)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stderr.write(usage)
    process.exitCode = 2
  } else {
    await run(options)
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
