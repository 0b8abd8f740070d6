/**
 * Tells what it was given, in report.json below OUTPUT (/output): its user, arguments, variables, and each file below
 * INPUT (/input). Does as it is asked by variables: SECONDS_TO_RUN, MEMORY_MIB to take, EXIT_CODE.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'

process.on('SIGTERM', () => {
  console.log('stopped')
  process.exit(143)
})

const {
  INPUT = '/input',
  OUTPUT = '/output',
  SECONDS_TO_RUN = '0',
  MEMORY_MIB = '0',
  EXIT_CODE = '0',
} = process.env

async function filesBelow(folder) {
  const files = {}
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    files[relative(folder, path)] = hash.digest('hex')
  }
  return files
}

const taken = []
for (let i = 0; i < Number(MEMORY_MIB); i += 1) taken.push(Buffer.alloc(1024 * 1024, 1))

for (let second = 1; second <= Number(SECONDS_TO_RUN); second += 1) {
  console.log(`second ${second}`)
  await delay(1000)
}

const report = {
  user: `${process.getuid()}:${process.getgid()}`,
  arguments: process.argv.slice(2),
  variables: process.env,
  files: await filesBelow(INPUT),
}
await mkdir(OUTPUT, { recursive: true })
await writeFile(join(OUTPUT, 'report.json'), JSON.stringify(report, null, 2))
console.log(
  `${Object.keys(report.files).length} files, ${taken.length} MiB taken, exit code ${EXIT_CODE}`,
)
process.exitCode = Number(EXIT_CODE)
