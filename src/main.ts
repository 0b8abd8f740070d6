#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `usage: dataspace-compute COMMAND

  serve [--ready-file PATH]   run the service (default)
  check                       check configuration, database, store and compute backend
  connect ID [--url URL] [--key-file FILE] [--ready-file PATH]
                              let the running service register at a control plane, and check the round trip
  migrate                     bring the database's schema up to date
  agent [--base FOLDER]       stage inputs and outputs in a job's pod (folders of /dsc)
  agent --local FOLDER        supervise one local job (started by the service)
`

/** Beside the program, so that nobody else can write it; without it, where that is read-only, a start takes longer. */
enableCompileCache(fileURLToPath(new URL('../.cache/compile', import.meta.url)))

/** Commands are loaded when they are asked for: an agent starts without the service's modules. */
async function run(args: readonly string[]): Promise<number> {
  const [command = 'serve', ...rest] = args
  const programPath = fileURLToPath(import.meta.url)
  switch (command) {
    case 'serve': {
      const { serve } = await import('./cli/serve.ts')
      return serve(environment(), readyFile(rest), programPath)
    }
    case 'agent': {
      const { runAgent } = await import('./agent/run-agent.ts')
      return runAgent(rest)
    }
    case 'check': {
      const { check } = await import('./cli/check.ts')
      return check(environment(), programPath)
    }
    case 'connect': {
      const { connect } = await import('./cli/connect.ts')
      return connect(environment(), rest)
    }
    case 'migrate': {
      const { migrateDatabase } = await import('./cli/migrate.ts')
      return migrateDatabase(environment())
    }
    default:
      process.stderr.write(usage)
      return command === 'help' || command === '--help' ? 0 : 2
  }
}

const environment = () => ({
  variables: process.env,
  readFile: (path: string) => readFileSync(path, 'utf8'),
})

function readyFile(args: readonly string[]): string | undefined {
  const { values } = parseArgs({ args: [...args], options: { 'ready-file': { type: 'string' } } })
  return values['ready-file']
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
