import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openSqliteDatabase } from '../adapters/database/database.ts'
import type { Egress } from '../adapters/egress/egress.ts'
import { createSecretBox } from '../adapters/secrets/secret-box.ts'
import type { ComputeBackend } from '../application/ports/compute-backend.ts'
import type { Database } from '../application/ports/database.ts'
import type { Log } from '../application/ports/log.ts'
import type { SecretBox } from '../application/ports/secrets.ts'
import type { Configuration } from '../config/configuration.ts'
import { loadSecrets, type Secrets } from '../config/secrets.ts'
import { addressesOf, listenerAddress } from './addresses.ts'
import { openCompute } from './compute.ts'
import { openEgress, type OwnAddress } from './egress.ts'
import { openObjectStore, type StoreParts } from './object-store.ts'

export interface PartsContext {
  readonly configuration: Configuration
  readonly log: Log
  readonly now: () => Date
  readonly agentProgram: readonly string[]
  readonly minimumSessionSeconds: number | undefined
  /** Called after each commit that made work due. */
  readonly onScheduled: () => void
}

/** Everything outside that the service works with, opened. */
export interface Parts {
  readonly database: Database
  readonly secrets: Secrets
  readonly secretBox: SecretBox
  readonly installationId: string
  readonly storeParts: StoreParts
  readonly egress: Egress
  readonly compute: ComputeBackend
  /** Where we listen: grows as listeners start. Foreign addresses never reach it. */
  readonly own: OwnAddress[]
  /** Origins that the operator configured: control planes. */
  readonly trusted: Set<string>
}

/** Opens database, keys, object store, way out and compute backend; `opened` closes them. */
export async function openParts(
  context: PartsContext,
  opened: AsyncDisposableStack,
): Promise<Parts> {
  const { configuration, log, now, minimumSessionSeconds } = context
  const dataDirectory = resolve(configuration.required('DSC_DATA_DIR'))
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const path = databasePath(configuration, dataDirectory)
  const database = opened.use(await openSqliteDatabase(path, context.onScheduled))
  const secrets = loadSecrets(configuration, dataDirectory)
  const installationId = await keptInstallationId(database)
  const secretBox = createSecretBox(secrets.secretKeys)
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
  const { backend: compute, server } = await openCompute(
    {
      configuration,
      dataDirectory,
      installationId,
      storeEndpoint: storeParts.store.endpoint,
      agentProgram: context.agentProgram,
      log,
    },
    opened,
  )
  const own = [...ownStore(configuration, storeParts), ...addressesOf(server ?? undefined)]
  const trusted = new Set<string>()
  const egress = openEgress(configuration, own, trusted)
  opened.defer(() => egress.destroy())
  return { database, secrets, secretBox, installationId, storeParts, egress, compute, own, trusted }
}

function databasePath(configuration: Configuration, dataDirectory: string): string {
  const url = configuration.text('DSC_DATABASE_URL')
  return url?.slice('sqlite:'.length) ?? join(dataDirectory, 'dataspace-compute.sqlite')
}

async function keptInstallationId(database: Database): Promise<string> {
  const fresh = randomBytes(8).toString('hex')
  await database.read.settings.insertIfAbsent({ name: 'installation-id', value: fresh })
  return (await database.read.settings.get({ name: 'installation-id' }))?.value ?? fresh
}

/** The object store is ours, under each of its addresses: it is reached by S3 with given keys only. */
function ownStore(configuration: Configuration, { embedded }: StoreParts): OwnAddress[] {
  const configured = addressesOf(
    configuration.text('DSC_STORE_URL'),
    configuration.text('DSC_S3_ENDPOINT'),
    configuration.text('DSC_STS_ENDPOINT'),
  )
  const { host } = listenerAddress(configuration, 'STORE')
  const bound = embedded === null ? [] : [{ host, port: embedded.port }]
  return [...configured, ...bound].map((address) => ({ ...address, store: true }))
}
