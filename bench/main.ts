import { availableParallelism, cpus, totalmem } from 'node:os'
import { address } from './address.ts'
import { callback } from './callback.ts'
import { coldStart } from './cold-start.ts'
import type { Bench, Figure } from './figure.ts'
import { createdAndObserved } from './kubernetes/created-and-observed.ts'
import { liveJobs } from './kubernetes/live-jobs.ts'
import { pull } from './pull.ts'
import { submissions } from './submissions.ts'
import { table } from './table.ts'

const benches: Readonly<Record<string, Bench>> = {
  submissions,
  pull,
  callback,
  address,
  'cold-start': coldStart,
}

/** On a cluster, and so only when they are asked for. */
const onCluster: Readonly<Record<string, Bench>> = {
  kubernetes: createdAndObserved,
  'kubernetes-live': liveJobs,
}
const all = { ...benches, ...onCluster }

const usage = `usage: npm run bench -- [--json] [NAME …]    names: ${Object.keys(all).join(', ')}\n`

async function run(args: readonly string[]): Promise<number> {
  const json = args.includes('--json')
  const named = args.filter((argument) => argument !== '--json')
  const unknown = named.filter((name) => !Object.hasOwn(all, name))
  if (unknown.length > 0) {
    process.stderr.write(usage)
    return 2
  }
  const figures: Figure[] = []
  for (const [name, bench] of Object.entries(named.length > 0 ? all : benches)) {
    if (named.length > 0 && !named.includes(name)) continue
    const missing = Object.hasOwn(onCluster, name) ? withoutCluster() : null
    if (missing !== null) {
      process.stderr.write(`${name}: ${missing}\n`)
      return 2
    }
    process.stderr.write(`${name} …\n`)
    const found = await bench()
    figures.push(...found)
    if (json) for (const figure of found) process.stdout.write(`${JSON.stringify(figure)}\n`)
  }
  if (!json) process.stdout.write(`${machine()}\n\n${table(figures)}`)
  if (named.length === 0) {
    const names = Object.keys(onCluster).join(', ')
    process.stderr.write(`not run, ask for them by name with KUBECONFIG given: ${names}\n`)
  }
  return 0
}

const withoutCluster = () =>
  (process.env['KUBECONFIG'] ?? '') === ''
    ? 'needs a cluster: KUBECONFIG has to name its kubeconfig'
    : null

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3)
  const model = cpus()[0]?.model ?? 'unknown processor'
  return `${availableParallelism()} × ${model}, ${memory} GiB, Node.js ${process.version}, ${process.platform}`
}

process.exitCode = await run(process.argv.slice(2))
