/**
 * Runs every test that needs no other program, or those that are named: `npm test -- test/domain/names.test.ts`.
 * Files under test/system/ need real counterparts: `npm run test:system`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const named = process.argv.slice(2)
const files =
  named.length > 0
    ? named
    : globSync('test/**/*.test.ts').filter((file) => !file.startsWith('test/system/'))

const runner = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    '--test-timeout=180000',
    ...(process.stdout.isTTY ? [] : ['--test-reporter=spec']),
    ...files.sort(),
  ],
  { stdio: 'inherit' },
)
runner.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130)
})
