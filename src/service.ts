import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createBearerTokens } from './adapters/control-plane/bearer-tokens.ts'
import { createCallbackAuthenticator } from './adapters/control-plane/callback-authenticator.ts'
import { createEdcManagement } from './adapters/control-plane/edc-management.ts'
import { createDataPlaneRegistry } from './adapters/control-plane/data-plane-registry.ts'
import { openDefinitionFolder } from './adapters/files/definition-folder.ts'
import { createClientProof } from './adapters/identity/client-proof.ts'
import { proofSigner } from './adapters/identity/proof-signer.ts'
import { createSigner } from './adapters/secrets/signer.ts'
import { createTokenCodec } from './adapters/secrets/token-codec.ts'
import { createWebhookSigner } from './adapters/secrets/webhook-signer.ts'
import { createSourceReader } from './adapters/sources/source-reader.ts'
import type { Application, Settings } from './application/application.ts'
import { BufferedExchangeLog } from './application/control-planes/buffered-exchange-log.ts'
import type { ConnectorPlace } from './application/control-planes/control-plane-rules.ts'
import { loadControlPlaneFiles } from './application/control-planes/load-control-plane-files.ts'
import { notedOutbound } from './application/control-planes/noted-outbound.ts'
import { ensureRegistrations } from './application/control-planes/own-data-plane.ts'
import { registrationReconciler } from './application/control-planes/reconcile-registration.ts'
import { ensureChecks } from './application/flows/ensure-checks.ts'
import { standardConduct, type FlowConduct } from './application/flows/flow-conduct.ts'
import { callbackReconciler } from './application/flows/reconcile-callback.ts'
import { checkReconciler } from './application/flows/reconcile-check.ts'
import { flowReconciler } from './application/flows/reconcile-flow.ts'
import { transferReconciler } from './application/intake/reconcile-transfer.ts'
import { jobReconciler } from './application/jobs/reconcile-job.ts'
import { JobWaker } from './application/jobs/wake-jobs.ts'
import { ensureHousekeeping, housekeepingReconciler } from './application/operating/housekeeping.ts'
import type { Log } from './application/ports/log.ts'
import { provisionReconciler } from './application/provisioning/reconcile-provision.ts'
import type { Reconciler } from './application/reconciler.ts'
import { loadServiceFiles } from './application/services/load-service-files.ts'
import { createChangeNotifier } from './application/telling/change-notifier.ts'
import { deliveryReconciler } from './application/telling/reconcile-delivery.ts'
import { workspaceReconciler } from './application/workspaces/reconcile-workspace.ts'
import { isLoopback, listenerAddress } from './composition/addresses.ts'
import { startListeners, type Listeners } from './composition/listeners.ts'
import { openParts, type Parts } from './composition/parts.ts'
import { settingsOf, urlsBeforeStart } from './composition/settings.ts'
import type { Configuration } from './config/configuration.ts'
import type { Secrets } from './config/secrets.ts'
import { startController, type Controller } from './controller/loop.ts'
import { configuredUrls, type ControlPlane } from './domain/control-plane.ts'
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
  const { configuration, log, overrides = {} } = options
  const now = overrides.now ?? (() => new Date())
  let controller: Controller | null = null
  const parts = await openParts(
    {
      configuration,
      log,
      now,
      agentProgram: options.agentProgram,
      minimumSessionSeconds: overrides.minimumSessionSeconds,
      onScheduled: () => controller?.wake(),
    },
    opened,
  )
  let settings = settingsOf(configuration, parts.installationId, urlsBeforeStart(configuration))
  const exchanges = opened.use(new BufferedExchangeLog({ ...parts, log, randomBytes: randomOf }))
  const app = await composeApplication(options, { ...parts, exchanges }, now, () => settings)
  const place = { onLoopback: isLoopback(listenerAddress(configuration, 'CONNECTOR').host) }
  const reload = async () => {
    await trustControlPlanes(parts)
    await loadFolders(app, configuration, place)
    await followControlPlanes(parts, app)
  }
  await reload()
  const heartbeat = () => controller?.lastRound() ?? now()
  const listeners = await startListeners(
    app,
    listenersContext(options, parts, { app, place, heartbeat }),
    (urls) => {
      settings = settingsOf(configuration, parts.installationId, urls)
    },
  )
  opened.defer(() => listeners.stop(0))
  const waker = opened.use(new JobWaker(app))
  opened.use(parts.compute.observe((ref) => waker.hint(ref)))
  await waker.hintLiving()
  await ensureHousekeeping(app)
  await ensureRegistrations(app)
  const background = startBackground(options, app)
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
    secrets: parts.secrets,
    storeUrl: app.store.publicEndpoint,
    reload,
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}

const randomOf = (count: number) => new Uint8Array(randomBytes(count))

function once(action: (graceMs?: number) => Promise<void>) {
  let done: Promise<void> | undefined
  return (graceMs?: number) => (done ??= action(graceMs))
}

/** Ports and small helpers, as use cases take them. Settings follow the ports that listeners get. */
async function composeApplication(
  { log, metrics, overrides = {} }: ServiceOptions,
  parts: Parts & Pick<Application, 'exchanges'>,
  now: () => Date,
  settings: () => Settings,
): Promise<Application> {
  const { exchanges } = parts
  const outboundTo = (controlPlane: ControlPlane) =>
    notedOutbound({ ...parts.egress, exchanges, now }, controlPlane)
  const authenticator = createCallbackAuthenticator(parts.secretBox, parts.egress.outbound)
  const app: Application = {
    get settings() {
      return settings()
    },
    database: parts.database,
    store: parts.storeParts.store,
    credentials: parts.storeParts.credentials,
    compute: parts.compute,
    sources: createSourceReader({ egress: parts.egress }),
    outbound: parts.egress.outbound,
    proofs: proofSigner,
    connectors: createEdcManagement({ outboundTo, secrets: parts.secretBox }),
    registry: createDataPlaneRegistry({
      outboundTo,
      authenticator,
      secrets: parts.secretBox,
    }),
    secrets: parts.secretBox,
    signer: await createSigner(parts.secrets.signingKeys),
    tokens: createTokenCodec(parts.secrets.secretKeys),
    bearerTokens: createBearerTokens(parts.egress.outbound, now),
    authenticator,
    changes: createChangeNotifier(),
    conduct: overrides.conduct ?? standardConduct,
    metrics,
    exchanges,
    log,
    now,
    random: Math.random,
    randomBytes: randomOf,
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
    controlPlanesChanged: () => {
      followControlPlanes(parts, app).catch((error: unknown) =>
        log.error({ error: String(error) }, 'control planes could not be read'),
      )
    },
  }
  return app
}

function listenersContext(
  { configuration, metrics, log, overrides = {} }: ServiceOptions,
  { secrets, egress, own, database }: Parts,
  given: {
    readonly app: Application
    readonly place: ConnectorPlace
    readonly heartbeat: () => Date
  },
) {
  const { app, place, heartbeat } = given
  return {
    configuration,
    secrets,
    place,
    own,
    heartbeat,
    proof: createClientProof(egress.outbound, app.settings.didHttpHosts, app.now),
    metricsText: createMetricsText({
      register: metrics.register,
      database,
      compute: app.compute,
      now: app.now,
      log,
    }),
    validateResponses: overrides.validateResponses ?? false,
  }
}

function startBackground({ configuration, metrics, log }: ServiceOptions, app: Application) {
  const roles = configuration.list('DSC_ROLES')
  return startController({
    database: app.database,
    reconcilers: reconcilersOf(app, roles).map((one) => measured(one, metrics)),
    owner: `${process.pid}-${randomUUID()}`,
    now: app.now,
    random: app.random,
    log,
  })
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

/** What follows from control planes as they are now. */
async function followControlPlanes(parts: Parts, app: Application): Promise<void> {
  await trustControlPlanes(parts)
  await ensureChecks(app)
}

/** What control planes are configured with is the operator's: the origins of these addresses pass the guard. */
async function trustControlPlanes({ database, trusted }: Parts): Promise<void> {
  const all = await database.read.controlPlanes.list({})
  trusted.clear()
  for (const url of all.flatMap(configuredUrls)) trusted.add(new URL(url).origin)
}

/** `transfers` moves bytes; `controller` does everything else. */
function reconcilersOf(app: Application, roles: readonly string[]): readonly Reconciler[] {
  const { authenticator } = app
  const all = [
    workspaceReconciler(app),
    flowReconciler(app),
    jobReconciler(app),
    deliveryReconciler(app, { signer: createWebhookSigner() }),
    callbackReconciler(app, { authenticator }),
    checkReconciler(app),
    registrationReconciler(app),
    provisionReconciler(app, { authenticator }),
    housekeepingReconciler(app),
  ]
  return [
    ...(roles.includes('controller') ? all : []),
    ...(roles.includes('transfers') ? [transferReconciler(app)] : []),
  ]
}
