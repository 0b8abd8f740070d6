import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { BucketRows } from './bucket-rows.ts'
import { listen } from './connections.ts'
import { DataFiles } from './data-files.ts'
import { openDatabase } from './database.ts'
import type { Store } from './exchange.ts'
import { ObjectRows } from './object-rows.ts'
import { makeRequestHandler } from './request-handler.ts'
import { SessionRows } from './session-rows.ts'
import { Sessions, type SecretSeal } from './sessions.ts'
import { sweep } from './sweep.ts'
import { UploadRows } from './upload-rows.ts'

export interface StoreEvent {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly [field: string]: unknown
}

export interface EmbeddedStoreOptions {
  /** Made if it is not there, readable by this user alone. One process at a time uses it. */
  readonly directory: string
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly region: string
  /** The permanent key of the service itself, which may do everything. */
  readonly owner: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The roles that the owner, and nobody else, may assume. */
  readonly roles: readonly { readonly arn: string; readonly name: string }[]
  /** Writes that would leave less free disk than this are refused. */
  readonly reserveBytes: number
  /** Keeps the secrets of sessions unreadable at rest. */
  readonly sealSecrets: SecretSeal
  /** The shortest session, 900 unless a test wants it shorter. */
  readonly minimumSessionSeconds?: number
  /** A connection without a byte for this long is closed; 60 s if absent. */
  readonly idleMs?: number
  readonly now?: () => Date
  readonly log?: (event: StoreEvent) => void
}

export interface EmbeddedStore {
  readonly url: string
  readonly port: number
  /** Takes no more requests, lets those at work end for a few seconds, and closes. */
  stop(): Promise<void>
  /** Removes leftovers; also done, beside the requests, at start and every hour. */
  sweep(): Promise<void>
}

const defaultMinimumSessionSeconds = 900
const defaultIdleMs = 60_000
const drainMs = 3_000
const sweepEveryMs = 3600 * 1000

/**
 * Starts an S3 and STS endpoint on the local disk, for one machine.
 *
 * The owner may do everything. Sessions of the roles may do what their inline policy allows (without
 * one: nothing), less what a bucket's policy denies them; settings of buckets are never theirs.
 * A bucket policy neither grants anything nor binds the owner, so that no Deny is for ever.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { directory, host, log = () => undefined } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const database = openDatabase(join(directory, 'store.sqlite'))
  try {
    return await serve(options, database, log)
  } catch (error) {
    database.close()
    log({ level: 'error', message: 'The embedded store did not start.', host })
    throw error
  }
}

async function serve(
  options: EmbeddedStoreOptions,
  database: DatabaseSync,
  log: (event: StoreEvent) => void,
): Promise<EmbeddedStore> {
  const { directory, host, owner, region, roles, now = () => new Date() } = options
  const files = await DataFiles.open(directory, options.reserveBytes)
  const store: Store = { ...rowsOf(database), files, region, now }
  const sessions = new Sessions(new SessionRows(database), options.sealSecrets)
  const minimumSessionSeconds = options.minimumSessionSeconds ?? defaultMinimumSessionSeconds
  const handler = makeRequestHandler({
    store,
    authenticator: { owner, sessions, region, now },
    tokens: { sessions, roles, minimumSessionSeconds, now },
    hosts: isIP(host) === 0 ? ['localhost', host.toLowerCase()] : ['localhost'],
    report: (error, requestId) =>
      log({ level: 'error', message: 'A request failed.', requestId, error }),
  })
  const runSweep = async () => {
    const swept = await sweep(store, sessions)
    log({ level: 'info', message: 'Swept the embedded store.', ...swept })
  }
  const idleMs = options.idleMs ?? defaultIdleMs
  const connections = await listen({ host, port: options.port }, handler, { idleMs, drainMs })
  const sweeping = repeat(runSweep, (error) =>
    log({ level: 'error', message: 'Sweeping the embedded store failed.', error }),
  )
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${connections.port}`,
    port: connections.port,
    sweep: runSweep,
    stop: async () => {
      await Promise.all([connections.close(), sweeping.stop()])
      database.close()
    },
  }
}

const rowsOf = (database: DatabaseSync) => ({
  database,
  buckets: new BucketRows(database),
  objects: new ObjectRows(database),
  uploads: new UploadRows(database),
})

/** Runs a pass now and every hour, never two at once. */
function repeat(pass: () => Promise<void>, report: (error: unknown) => void) {
  let running = pass().catch(report)
  const timer = setInterval(() => {
    running = running.then(pass).catch(report)
  }, sweepEveryMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
