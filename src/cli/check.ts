import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LocalBackend } from '../adapters/compute-local/local-backend.ts'
import { openSqliteDatabase } from '../adapters/database/database.ts'
import { openDefinitionFolder } from '../adapters/files/definition-folder.ts'
import { createSecretBox } from '../adapters/secrets/secret-box.ts'
import type { Database } from '../application/ports/database.ts'
import { openObjectStore } from '../composition/object-store.ts'
import {
  ConfigurationError,
  readConfiguration,
  type Configuration,
} from '../config/configuration.ts'
import { loadSecrets } from '../config/secrets.ts'
import { createLog } from '../telemetry/log.ts'
import { checked, lineText, type CheckLine } from './check-line.ts'
import { checkListeners, checkLocalJobs } from './check-listeners.ts'
import { checkOffers, type Offers } from './check-offers.ts'
import { checkStore } from './check-store.ts'
import { checkTokens } from './check-tokens.ts'
import { variableLines } from './check-variables.ts'
import type { ProcessEnvironment } from './serve.ts'

/** Tells what is configured and whether it works, one line a check. 1 when something fails. Made for a stopped service. */
export async function check(environment: ProcessEnvironment, programPath: string): Promise<number> {
  let failed = false
  for await (const line of checks(environment, programPath)) {
    failed ||= line.result === 'fail'
    process.stdout.write(`${lineText(line)}\n`)
  }
  return failed ? 1 : 0
}

async function* checks(
  { variables, readFile }: ProcessEnvironment,
  programPath: string,
): AsyncGenerator<CheckLine> {
  const read = () => {
    try {
      return readConfiguration(variables, readFile)
    } catch (error) {
      if (error instanceof ConfigurationError) return error
      throw error
    }
  }
  const configuration = read()
  if (configuration instanceof ConfigurationError) {
    for (const detail of configuration.problems) {
      yield { result: 'fail', name: 'configuration', detail, remedy: 'Correct or remove it.' }
    }
    return
  }
  yield* variableLines(configuration)
  yield* await checkListeners(configuration)
  const offers = onKubernetes(configuration)
    ? await checkedCluster(configuration, readFile)
    : localOffers(configuration, programPath)
  yield* offers.lines
  yield* checkParts(configuration, offers.compute)
}

async function* checkParts(
  configuration: Configuration,
  compute: Offers['compute'],
): AsyncGenerator<CheckLine> {
  const dataDirectory = resolve(configuration.required('DSC_DATA_DIR'))
  await using opened = new AsyncDisposableStack()
  let database: Database | undefined
  yield await checked(
    'database',
    'Stop the service, or see that the file can be written.',
    async () => {
      mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
      database = opened.use(await openSqliteDatabase(databasePath(configuration, dataDirectory)))
      await database.ping(5000)
      return 'answers, and its schema is up to date'
    },
  )
  if (database === undefined) return
  const folders = foldersOf(configuration)
  yield* await checkOffers({ database, compute }, folders)
  if (folders.controlPlanes !== undefined) yield* await checkTokens(folders.controlPlanes)
  let parts: Awaited<ReturnType<typeof openObjectStore>> | undefined
  yield await checked('store', 'Check the settings of the store and its address.', async () => {
    parts = opened.use(await openStore(configuration, dataDirectory, database))
    return `${configuration.required('DSC_STORE')} at ${parts.store.endpoint}`
  })
  if (parts === undefined) return
  const agentRole = configuration.text('DSC_S3_AGENT_ROLE_ARN')
  const shared = agentRole === undefined || agentRole === configuration.text('DSC_S3_ROLE_ARN')
  yield* await checkStore(
    { ...parts, randomBytes: (count) => new Uint8Array(randomBytes(count)) },
    {
      bucketPrefix: configuration.required('DSC_S3_BUCKET_PREFIX'),
      oneRole: parts.embedded === null && shared,
    },
  )
}

const onKubernetes = (configuration: Configuration) =>
  configuration.required('DSC_COMPUTE') === 'kubernetes'

/** The client of the cluster takes half a second to load: only where it is used. */
async function checkedCluster(
  configuration: Configuration,
  readFile: ProcessEnvironment['readFile'],
) {
  const { checkCluster } = await import('./check-cluster.ts')
  const { clusterOffers } = await import('./check-cluster-offers.ts')
  const lines = await checkCluster(configuration)
  const offers = await clusterOffers(configuration, readFile)
  return { lines: [...lines, ...offers.lines], compute: offers.compute }
}

function localOffers(configuration: Configuration, programPath: string) {
  const compute = new LocalBackend({
    directory: join(resolve(configuration.required('DSC_DATA_DIR')), 'jobs'),
    program: [process.execPath, programPath, 'agent'],
    log: createLog({ level: 'silent' }),
  })
  return { lines: [checkLocalJobs(configuration)], compute }
}

const databasePath = (configuration: Configuration, dataDirectory: string) =>
  configuration.text('DSC_DATABASE_URL')?.slice('sqlite:'.length) ??
  join(dataDirectory, 'dataspace-compute.sqlite')

function foldersOf(configuration: Configuration) {
  const services = configuration.text('DSC_SERVICES_DIR')
  const controlPlanes = configuration.text('DSC_CONTROL_PLANES_DIR')
  return {
    ...(services === undefined ? {} : { services: openDefinitionFolder(services) }),
    ...(controlPlanes === undefined ? {} : { controlPlanes: openDefinitionFolder(controlPlanes) }),
  }
}

async function openStore(
  configuration: Configuration,
  dataDirectory: string,
  database: Database | undefined,
) {
  const secrets = loadSecrets(configuration, dataDirectory)
  const installation = await database?.read.settings.get({ name: 'installation-id' })
  return openObjectStore({
    configuration,
    secrets,
    secretBox: createSecretBox(secrets.secretKeys),
    dataDirectory,
    installationId: installation?.value ?? 'check',
    now: () => new Date(),
    log: createLog({ level: 'silent' }),
  })
}
