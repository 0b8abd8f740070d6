import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LocalBackend } from './adapters/compute-local/local-backend.ts'
import { createCallbackAuthenticator } from './adapters/control-plane/callback-authenticator.ts'
import { openSqliteDatabase } from './adapters/database/database.ts'
import { openDefinitionFolder } from './adapters/files/definition-folder.ts'
import { createClientProof } from './adapters/identity/client-proof.ts'
import { createSecretBox } from './adapters/secrets/secret-box.ts'
import { createSigner } from './adapters/secrets/signer.ts'
import { createTokenCodec } from './adapters/secrets/token-codec.ts'
import { createWebhookSigner } from './adapters/secrets/webhook-signer.ts'
import { createSourceReader } from './adapters/sources/source-reader.ts'
import type { Application } from './application/application.ts'
import type { ConnectorPlace } from './application/control-planes/control-plane-rules.ts'
import { createChangeNotifier } from './application/telling/change-notifier.ts'
import { standardConduct, type FlowConduct } from './application/flows/flow-conduct.ts'
import { ensureHousekeeping, housekeepingReconciler } from './application/operating/housekeeping.ts'
import { loadControlPlaneFiles } from './application/control-planes/load-control-plane-files.ts'
import { loadServiceFiles } from './application/services/load-service-files.ts'
import type { Database } from './application/ports/database.ts'
import type { Log } from './application/ports/log.ts'
import { callbackReconciler } from './application/flows/reconcile-callback.ts'
import { deliveryReconciler } from './application/telling/reconcile-delivery.ts'
import { flowReconciler } from './application/flows/reconcile-flow.ts'
import { jobReconciler } from './application/jobs/reconcile-job.ts'
import { transferReconciler } from './application/intake/reconcile-transfer.ts'
import { workspaceReconciler } from './application/workspaces/reconcile-workspace.ts'
import type { Reconciler } from './application/reconciler.ts'
import { isLoopback, listenerAddress } from './composition/addresses.ts'
import { openEgress } from './composition/egress.ts'
import { startListeners, type Listeners } from './composition/listeners.ts'
import { openObjectStore, type StoreParts } from './composition/object-store.ts'
import { settingsOf, urlsBeforeStart } from './composition/settings.ts'
import { ConfigurationError, type Configuration } from './config/configuration.ts'
import { loadSecrets, type Secrets } from './config/secrets.ts'
import { startController, type Controller } from './controller/loop.ts'
import { measured } from './telemetry/measured-reconciler.ts'
import type { MetricsRegistry } from './telemetry/metrics.ts'
import { createMetricsText } from './telemetry/state-gauges.ts'

export interface ServiceOptions {
  readonly configuration: Configuration
  readonly log: Log
  readonly metrics: MetricsRegistry
  /** How the agent of a local job is started: program and first arguments. */
  readonly agentProgram: readonly string[]
  /** What tests put in the place of the real thing. */
  readonly overrides?: {
    readonly conduct?: FlowConduct
    readonly now?: () => Date
    readonly minimumSessionSeconds?: number
    readonly validateResponses?: boolean
  }
}

/** The running service: a value with a life. */
export interface Service extends AsyncDisposable {
  readonly app: Application
  readonly controller: Controller
  readonly listeners: Listeners
  readonly secrets: Secrets
  readonly storeUrl: string
  /** Reads the folders of services and control planes again. Throws with all problems, and then changes nothing. */
  reload(): Promise<void>
  /** Ends open work and listeners; within `graceMs` where the others let us. */
  stop(graceMs?: number): Promise<void>
}

/** Opens everything and starts listeners and controller; what was opened is closed again when a later step fails. */
export async function startService(options: ServiceOptions): Promise<Service> {
  await using opened = new AsyncDisposableStack()
  const { configuration, log, metrics, overrides = {} } = options
  const now = overrides.now ?? (() => new Date())
  const dataDirectory = resolve(configuration.required('DSC_DATA_DIR'))
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  let controller: Controller | null = null
  const database = opened.use(
    await openSqliteDatabase(databasePath(configuration, dataDirectory), () => controller?.wake()),
  )
  const secrets = loadSecrets(configuration, dataDirectory)
  const installationId = await keptInstallationId(database)
  const secretBox = createSecretBox(secrets.secretKeys)
  const { minimumSessionSeconds } = overrides
  const storeContext = {
    configuration,
    secrets,
    secretBox,
    dataDirectory,
    installationId,
    now,
    log,
  }
  const storeParts = opened.use(await openObjectStore({ ...storeContext, minimumSessionSeconds }))
  const own: { host: string; port: number }[] = ownStore(configuration, storeParts)
  const trusted = new Set<string>()
  const egress = openEgress(configuration, own, trusted)
  opened.defer(() => egress.destroy())
  requireLoopbackForLocalJobs(configuration)
  const compute = new LocalBackend({
    directory: join(dataDirectory, 'jobs'),
    program: options.agentProgram,
    log,
  })
  await compute.tidy()

  const urls = urlsBeforeStart(configuration)
  let settings = settingsOf(configuration, installationId, urls)
  const app: Application = {
    get settings() {
      return settings
    },
    database,
    store: storeParts.store,
    credentials: storeParts.credentials,
    compute,
    sources: createSourceReader({ egress }),
    outbound: egress.outbound,
    secrets: secretBox,
    signer: await createSigner(secrets.signingKeys),
    tokens: createTokenCodec(secrets.secretKeys),
    changes: createChangeNotifier(),
    conduct: overrides.conduct ?? standardConduct,
    metrics,
    log,
    now,
    random: Math.random,
    randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
    sha256Hex: (text: string) => createHash('sha256').update(text).digest('hex'),
    controlPlanesChanged: () => {
      trustControlPlanes(database, trusted).catch((error: unknown) =>
        log.error({ error: String(error) }, 'control planes could not be read'),
      )
    },
  }
  const place = { onLoopback: isLoopback(listenerAddress(configuration, 'CONNECTOR').host) }
  const reload = async () => {
    await loadFolders(app, configuration, place)
    await trustControlPlanes(database, trusted)
  }
  await reload()
  const listeners = await startListeners(
    app,
    {
      configuration,
      secrets,
      place,
      proof: createClientProof(egress.outbound, settings.didHttpHosts, now),
      own,
      heartbeat: () => controller?.lastRound() ?? now(),
      metricsText: createMetricsText({ register: metrics.register, database, now, log }),
      validateResponses: overrides.validateResponses ?? false,
    },
    (bound) => {
      settings = settingsOf(configuration, installationId, bound)
    },
  )
  opened.defer(() => listeners.stop(0))
  opened.use(compute.observe(({ jobId }) => wakeJob(app, jobId)))
  await ensureHousekeeping(app)
  const roles = configuration.list('DSC_ROLES')
  const background = startController({
    database,
    reconcilers: reconcilersOf(app, roles).map((one) => measured(one, metrics)),
    owner: `${process.pid}-${randomUUID()}`,
    now,
    random: Math.random,
    log,
  })
  controller = background
  const everything = opened.move()
  const stop = once(async (graceMs = 8000) => {
    await Promise.all([listeners.stop(graceMs), background.stop(graceMs)])
    await everything.disposeAsync()
  })
  return {
    app,
    controller: background,
    listeners,
    secrets,
    storeUrl: storeParts.store.publicEndpoint,
    reload,
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}

function once(action: (graceMs?: number) => Promise<void>) {
  let done: Promise<void> | undefined
  return (graceMs?: number) => (done ??= action(graceMs))
}

function databasePath(configuration: Configuration, dataDirectory: string): string {
  const url = configuration.text('DSC_DATABASE_URL')
  return url === undefined
    ? join(dataDirectory, 'dataspace-compute.sqlite')
    : url.slice('sqlite:'.length)
}

async function keptInstallationId(database: Database): Promise<string> {
  const fresh = randomBytes(8).toString('hex')
  await database.read.settings.insertIfAbsent({ name: 'installation-id', value: fresh })
  return (await database.read.settings.get({ name: 'installation-id' }))?.value ?? fresh
}

function ownStore(configuration: Configuration, { embedded }: StoreParts) {
  if (embedded === null) return []
  return [{ host: listenerAddress(configuration, 'STORE').host, port: embedded.port }]
}

/** Local jobs isolate nothing: whoever reaches a listener could run programs here. */
function requireLoopbackForLocalJobs(configuration: Configuration): void {
  if (configuration.text('DSC_COMPUTE_LOCAL') === 'unsafe') return
  const names = ['CONSUMER', 'CONNECTOR', 'MANAGEMENT', 'STORE'] as const
  const exposed = names.filter((name) => !isLoopback(listenerAddress(configuration, name).host))
  if (exposed.length === 0) return
  throw new ConfigurationError([
    `DSC_COMPUTE=local isolates nothing, so every listener must be on loopback, and ${exposed.map((name) => `DSC_${name}_HOST`).join(', ')} is not. Use another address, or accept it with DSC_COMPUTE_LOCAL=unsafe.`,
  ])
}

async function loadFolders(
  app: Application,
  configuration: Configuration,
  place: ConnectorPlace,
): Promise<void> {
  const services = configuration.text('DSC_SERVICES_DIR')
  const controlPlanes = configuration.text('DSC_CONTROL_PLANES_DIR')
  if (services !== undefined) await loadServiceFiles(app, openDefinitionFolder(services))
  if (controlPlanes !== undefined) {
    await loadControlPlaneFiles(app, openDefinitionFolder(controlPlanes), place)
  }
}

/** Callback and management addresses of control planes are the operator's: their origins pass the guard. */
async function trustControlPlanes(database: Database, trusted: Set<string>): Promise<void> {
  const all = await database.read.controlPlanes.list({})
  const urls = all.flatMap(({ callbackUrl, managementUrl }) => [callbackUrl, managementUrl])
  trusted.clear()
  for (const url of urls) if (url !== null) trusted.add(new URL(url).origin)
}

function wakeJob(app: Application, jobId: string): void {
  app.database
    .transaction((tx) => tx.work.schedule('job', jobId, app.now()))
    .catch((error: unknown) =>
      app.log.warn({ jobId, error: String(error) }, 'a job could not be woken'),
    )
}

/** `transfers` moves bytes; `controller` does everything else. */
function reconcilersOf(app: Application, roles: readonly string[]): readonly Reconciler[] {
  const authenticator = createCallbackAuthenticator(app.secrets)
  const all = [
    workspaceReconciler(app),
    flowReconciler(app),
    jobReconciler(app),
    deliveryReconciler(app, { signer: createWebhookSigner() }),
    callbackReconciler(app, { authenticator }),
    housekeepingReconciler(app),
  ]
  return [
    ...(roles.includes('controller') ? all : []),
    ...(roles.includes('transfers') ? [transferReconciler(app)] : []),
  ]
}
