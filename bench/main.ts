import { availableParallelism, cpus, totalmem } from 'node:os'
import { address } from './address.ts'
import { callback } from './callback.ts'
import { coldStart } from './cold-start.ts'
import type { Bench, Figure } from './figure.ts'
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

const usage = `usage: npm run bench -- [--json] [NAME …]    names: ${Object.keys(benches).join(', ')}\n`

async function run(args: readonly string[]): Promise<number> {
  const json = args.includes('--json')
  const named = args.filter((argument) => argument !== '--json')
  const unknown = named.filter((name) => !Object.hasOwn(benches, name))
  if (unknown.length > 0) {
    process.stderr.write(usage)
    return 2
  }
  const figures: Figure[] = []
  for (const [name, bench] of Object.entries(benches)) {
    if (named.length > 0 && !named.includes(name)) continue
    process.stderr.write(`${name} …\n`)
    const found = await bench()
    figures.push(...found)
    if (json) for (const figure of found) process.stdout.write(`${JSON.stringify(figure)}\n`)
  }
  if (!json) process.stdout.write(`${machine()}\n\n${table(figures)}`)
  return 0
}

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3)
  const model = cpus()[0]?.model ?? 'unknown processor'
  return `${availableParallelism()} × ${model}, ${memory} GiB, Node.js ${process.version}, ${process.platform}`
}

process.exitCode = await run(process.argv.slice(2))
