/**
 * Runs tests against real counterparts, all of them or those that are named: `npm run test:system -- clients`.
 * They install what they lack (root, Debian); a counterpart that cannot be had is a failure.
 */
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'

const named = process.argv.slice(2).map((name) => `test/system/${name}.test.ts`)
const unknown = named.filter((file) => !existsSync(file))
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}.\n`)
  process.exit(2)
}
const files = named.length > 0 ? named : globSync('test/system/*.test.ts')
const args = [
  '--test',
  '--test-concurrency=1',
  '--test-timeout=1800000',
  '--test-reporter=spec',
  ...files.sort(),
]
const runner = spawn(process.execPath, args, { stdio: 'inherit' })
runner.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130)
})
