/**
 * Runs every test that needs no other program, or those that are named: `npm test -- test/domain/names.test.ts`.
 * Files under test/system/ need real counterparts: `npm run test:system`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const named = process.argv.slice(2)
const files =
  named.length > 0
    ? named
    : globSync('test/**/*.test.ts').filter((file) => !file.startsWith('test/system/'))

// Many of them wait on processes and timers, so there is one more than there are processors. What one has compiled the
// others need not compile again.
const compileCache = join(import.meta.dirname, '../node_modules/.cache/compiled')
const runner = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${availableParallelism() + 1}`,
    '--test-timeout=180000',
    ...(process.stdout.isTTY ? [] : ['--test-reporter=spec']),
    ...files.sort(),
  ],
  { stdio: 'inherit', env: { NODE_COMPILE_CACHE: compileCache, ...process.env } },
)
runner.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130)
})
