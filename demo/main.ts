import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkMachine } from './connectors/open-connectors.ts'
import type { DemoCluster } from './kubernetes/cluster.ts'
import { readOptions, usage, type Options } from './options.ts'
import { ActFailed, Interrupted, Stage } from './stage.ts'
import { tellStory } from './story.ts'
import { Terminal } from './terminal.ts'

const withinMs = 60_000
/** Images may have to be pulled, and connectors take their time. */
const withinMsWithOthers = 300_000
const logLines = 15
const exitCodes: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

async function run(options: Options): Promise<number> {
  const { kubernetes, connector } = options
  if (connector === 'edc') checkMachine()
  const cluster = kubernetes === null ? null : await find(kubernetes)
  const terminal = new Terminal(process.stdout, process.env)
  const stop = new AbortController()
  for (const [signal, exitCode] of Object.entries(exitCodes))
    process.on(signal, () => stop.abort(new Interrupted(signal, exitCode)))
  process.stdout.on('error', () => stop.abort(new Interrupted('SIGPIPE', 141)))
  process.on('uncaughtException', (error) => stop.abort(error))
  await using cleanup = new AsyncDisposableStack()
  if (cluster !== null) cleanup.use(cluster.client)
  const folder = await mkdtemp(join(tmpdir(), 'dataspace-compute-demo-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const stage = new Stage(terminal, folder, resolve('demo-results', time), stop, cleanup, cluster)
  const isAlone = cluster === null && connector === 'played'
  const allowedMs = isAlone ? withinMs : withinMsWithOthers
  const slow = new Error(`the demo was not done within ${allowedMs / 1000} s`)
  stage.limit = setTimeout(() => stop.abort(slow), allowedMs)
  try {
    await tellStory(stage, options)
    return 0
  } catch (error) {
    return await tellFailure(stage, error)
  } finally {
    clearTimeout(stage.limit)
    stop.abort(new Error('the demo is over'))
  }
}

/** Loaded only when it is asked for. */
async function find(kubernetes: NonNullable<Options['kubernetes']>): Promise<DemoCluster> {
  const { findCluster } = await import('./kubernetes/cluster.ts')
  return findCluster(kubernetes, (text) => process.stdout.write(`${text}\n`))
}

async function tellFailure(stage: Stage, error: unknown): Promise<number> {
  const { terminal } = stage
  const cause = error instanceof ActFailed ? error.cause : error
  if (cause instanceof Interrupted) {
    terminal.say()
    terminal.say(`The demo was ${cause.message}; everything it has started ends now.`)
    return cause.exitCode
  }
  await rm(stage.resultsFolder, { recursive: true, force: true })
  terminal.say()
  if (error instanceof ActFailed) {
    terminal.failed(`${error.label}, "${error.title}", has failed.`)
    terminal.say(`expected: ${error.expected}`)
  }
  terminal.say(`what happened: ${wordsOf(cause)}`)
  const log = await stage.service?.logTail(logLines)
  if (log !== undefined) {
    terminal.say("The end of the service's log:")
    terminal.quote(log)
  }
  return 1
}

/** With the reason behind it, where there is one: `fetch failed` says little. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${wordsOf(error.cause)}` : error.message
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) process.stdout.write(usage)
  else process.exitCode = (await run(options)) || (process.exitCode ?? 0)
} catch (error) {
  process.stderr.write(
    `The demo cannot run: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
