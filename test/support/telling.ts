import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createEdcManagement } from '../../src/adapters/control-plane/edc-management.ts'
import { createBearerTokens } from '../../src/adapters/control-plane/bearer-tokens.ts'
import { createCallbackAuthenticator } from '../../src/adapters/control-plane/callback-authenticator.ts'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import { createEgress } from '../../src/adapters/egress/egress.ts'
import { createSecretBox } from '../../src/adapters/secrets/secret-box.ts'
import { createTokenCodec } from '../../src/adapters/secrets/token-codec.ts'
import { createWebhookSigner } from '../../src/adapters/secrets/webhook-signer.ts'
import { appendEvent } from '../../src/application/telling/append-event.ts'
import type { Application, Settings } from '../../src/application/application.ts'
import { authenticateConsumer } from '../../src/application/access/authenticate-consumer.ts'
import { createChangeNotifier } from '../../src/application/telling/change-notifier.ts'
import { standardConduct } from '../../src/application/flows/flow-conduct.ts'
import { insertGrant, issueTokens } from '../../src/application/access/issue-access.ts'
import { joinWorkspace } from '../../src/application/workspaces/join-workspace.ts'
import { callbackReconciler } from '../../src/application/flows/reconcile-callback.ts'
import { deliveryReconciler } from '../../src/application/telling/reconcile-delivery.ts'
import { done, type Reconciler } from '../../src/application/reconciler.ts'
import { startController } from '../../src/controller/loop.ts'

const settings: Settings = {
  consumerUrl: 'https://compute.example.com',
  connectorUrl: 'http://127.0.0.1:8081',
  managementUrl: 'http://127.0.0.1:8082',
  installationId: 'test',
  bucketPrefix: 'dsc-',
  tokenSeconds: 3600,
  sessionSeconds: 3600,
  workspaceSeconds: 2_592_000,
  lingerSeconds: 900,
  retentionSeconds: 0,
  historySeconds: 7_776_000,
  provisionSeconds: 600,
  preparedSeconds: 3600,
  pushSeconds: 3600,
  expectedSeconds: 604_800,
  transferSeconds: 86_400,
  recheckSeconds: 600,
  didHttpHosts: [],
}

/** A part that these tests never reach. */
const unreachable = (name: string) =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error(`${name} is not part of this test`)
      },
    },
  ) as never

const silent = () => undefined

/** The other kinds of work are none of these tests' business: taken off the queue, so that it comes to rest. */
const others = (['workspace', 'flow', 'transfer', 'job'] as const).map((kind): Reconciler => ({
  kind,
  slots: 1,
  parkAfter: null,
  maxBackoffMs: 1000,
  run: () => Promise.resolve(done),
}))

/** The telling part of the product over real HTTP and SQLite, with a clock that can be moved. */
export async function startTelling(
  t: TestContext,
  options: { readonly allow?: readonly string[] } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'telling-'))
  const clock = { offsetMs: 0 }
  const now = () => new Date(Date.now() + clock.offsetMs)
  let wake: () => void = silent
  const database = await openSqliteDatabase(join(folder, 'db.sqlite'), () => wake())
  const rootKeys = [randomBytes(32)]
  const operatorOrigins = new Set<string>()
  const egress = createEgress({
    allow: options.allow ?? ['127.0.0.0/8'],
    operatorOrigins: () => operatorOrigins,
    ownListeners: () => [],
  })
  const logged: string[] = []
  const note = (fields: object, message: string) => {
    logged.push(`${message} ${JSON.stringify(fields)}`)
  }
  const secrets = createSecretBox(rootKeys)
  const app: Application = {
    settings,
    database,
    store: unreachable('store'),
    credentials: unreachable('credentials'),
    compute: unreachable('compute'),
    sources: unreachable('sources'),
    outbound: egress.outbound,
    proofs: unreachable('proofs'),
    connectors: createEdcManagement({ outboundTo: () => egress.outbound, secrets }),
    registry: unreachable('registry'),
    secrets,
    signer: unreachable('signer'),
    tokens: createTokenCodec(rootKeys),
    bearerTokens: createBearerTokens(egress.outbound, now),
    authenticator: createCallbackAuthenticator(secrets, egress.outbound),
    changes: createChangeNotifier(),
    conduct: standardConduct,
    metrics: { count: silent, observeSeconds: silent },
    exchanges: { note: () => undefined },
    log: { debug: silent, info: silent, warn: note, error: note },
    now,
    randomBytes: (count) => randomBytes(count),
    random: () => 0.5,
    controlPlanesChanged: () => undefined,
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
  }
  const start = () => {
    const controller = startController({
      database,
      reconcilers: [
        deliveryReconciler(app, { signer: createWebhookSigner() }),
        callbackReconciler(app, { authenticator: app.authenticator }),
        ...others,
      ],
      owner: 'test',
      now,
      random: () => 0.5,
      log: app.log,
      pollMs: 20,
    })
    wake = () => controller.wake()
    return controller
  }
  const running = { controller: start() }
  t.after(async () => {
    await running.controller.stop(2000)
    egress.destroy()
    await database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    app,
    database,
    logged,
    operatorOrigins,
    /** Ends the loop and starts another one, as after a crash of the process. */
    restart: async (graceMs: number) => {
      await running.controller.stop(graceMs)
      running.controller = start()
    },
    stop: () => running.controller.stop(2000),
    /** Nothing is due and nothing runs. */
    idle: () => running.controller.idle(),
    advance: (seconds: number) => {
      clock.offsetMs += seconds * 1000
      running.controller.wake()
    },
  }
}

export type Telling = Awaited<ReturnType<typeof startTelling>>

/** A workspace of one agreement with a grant of its own, and its consumer. */
export async function openWorkspace({ app, database }: Telling, agreementId = 'agreement-1') {
  const { workspace, grant } = await database.transaction(async (tx) => {
    const made = await joinWorkspace(app, tx, {
      participantContextId: 'provider',
      agreementId,
      participantId: 'did:web:consumer.example.com',
      kind: 'compute',
      services: [],
      pull: false,
    })
    return { workspace: made, grant: await insertGrant(app, tx, made.id, null) }
  })
  const { accessToken } = issueTokens(app, grant)
  return {
    workspaceId: workspace.id,
    accessToken,
    consumer: await authenticateConsumer(app, accessToken),
  }
}

/** Appends one event of a job, as a transaction of its own. */
export function tell(
  { app, database }: Telling,
  workspaceId: string,
  type = 'job.queued',
  labels: Readonly<Record<string, string>> = {},
) {
  const data = { job: { id: 'job-1', labels } }
  const event = { workspaceId, type, subject: 'jobs/job-1', data, labels }
  return database.transaction((tx) => appendEvent(app, tx, event))
}
