/**
 * Builds images and makes them known to the running cluster's containerd: all of the catalogue, or those named. Prints
 * a line for each, its reference and the digest of its manifest. What is there already is left alone.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { catalogue } from './catalogue.ts'
import { buildImage, writeArchive, type BuiltImage } from './image.ts'

const ctr = fileURLToPath(new URL('../ctr', import.meta.url))

/** The digests of the cluster's images, by reference. */
async function loadedImages(): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await promisify(execFile)(ctr, ['images', 'list'], { timeout: 60_000 })
  const rows = stdout
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
  return new Map(rows.map(([reference = '', , digest = '']) => [reference, digest]))
}

async function load(image: BuiltImage): Promise<void> {
  const importing = spawn(ctr, ['images', 'import', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    timeout: 300_000,
  })
  const ended = once(importing, 'exit')
  await writeArchive(image, importing.stdin)
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`${image.name} cannot be loaded`)
}

const named = process.argv.slice(2)
const scratch = await mkdtemp(join(tmpdir(), 'dsc-images-'))
try {
  const loaded = await loadedImages()
  for (const name of named.length > 0 ? named : Object.keys(catalogue)) {
    const describe = catalogue[name]
    if (describe === undefined) throw new Error(`There is no image ${name}.`)
    const built = await buildImage(await describe(scratch), await mkdtemp(join(scratch, 'image-')))
    if (loaded.get(built.name) !== built.manifest) await load(built)
    process.stdout.write(`${built.name} ${built.manifest}\n`)
  }
} finally {
  await rm(scratch, { recursive: true, force: true })
}
