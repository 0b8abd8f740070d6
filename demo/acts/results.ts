import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JSONWebKeySet } from 'jose'
import type { Consumer, Manifest, SignedManifest } from '../consumer.ts'
import { request } from '../http.ts'
import type { Stage } from '../stage.ts'
import { group, shorten } from '../terminal.ts'
import { forged, isGenuine, openSigned, sha256 } from '../verify.ts'
import type { Order } from './inputs.ts'

export interface Results {
  readonly plot: string
  readonly keys: JSONWebKeySet
}

export async function fetchResults(
  stage: Stage,
  consumer: Consumer,
  { job }: Order,
): Promise<Results> {
  const { terminal } = stage
  const { manifest, signature } = await consumer.call<SignedManifest>(
    'GET',
    `/jobs/${job.id}/manifest`,
  )
  const keysUrl = new URL('/.well-known/jwks.json', consumer.endpoint).href
  const keys = (await request(stage.signal, 'GET', keysUrl)).json as JSONWebKeySet
  terminal.say('The service has signed a manifest: which bytes went in, which came out.')
  const opened = await openSigned(signature, keys)
  stage.prove(
    isDeepStrictEqual(opened, manifest) && !(await isGenuine(forged(signature), keys)),
    'Its signature fits the public keys at /.well-known/jwks.json; with one character changed, it does not.',
  )
  await download(stage, consumer, manifest)
  await tellFigures(stage)
  const plot = manifest.outputs.find(({ path }) => path?.endsWith('.png') === true)?.path
  if (plot === undefined || plot === null) throw new Error('there is no plot among the outputs')
  const result = {
    plot: join(stage.resultsFolder, plot),
    keys,
  }
  terminal.say(`The plot, to be opened: ${result.plot}`)
  return result
}

/** Nothing is written before its digest has been compared. */
async function download(stage: Stage, consumer: Consumer, manifest: Manifest): Promise<void> {
  const rows: string[][] = []
  for (const { name, path, bytes, sha256: expected } of manifest.outputs) {
    const query = path === null ? '' : `?path=${encodeURIComponent(path)}`
    const content = await consumer.download(`/jobs/${manifest.jobId}/outputs/${name}${query}`)
    if (sha256(content) !== expected) throw new Error(`${path ?? name} has another digest`)
    const file = join(stage.resultsFolder, path ?? name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    rows.push([path ?? name, `${group(bytes)} bytes`, shorten(expected)])
  }
  stage.terminal.say('The results, downloaded, with their digests (SHA-256):')
  const half = Math.ceil(rows.length / 2)
  stage.terminal.table(
    rows.slice(0, half).map((row, index) => [...row, ...(rows[half + index] ?? [])]),
  )
  const count = rows.length
  stage.prove(count > 0, `All ${count} files have the digests that the manifest promises.`)
  stage.findings.push(['results', `${count} files with the digests of a signed manifest`])
}

/** What the job has found out, in a sentence. */
async function tellFigures({ terminal, resultsFolder }: Stage): Promise<void> {
  const text = await readFile(join(resultsFolder, 'summary.json'), 'utf8')
  const [closest] = (JSON.parse(text) as Summary).correlations
  if (closest === undefined) throw new Error('summary.json has no correlations')
  const { daily, monthly, months, coefficient } = closest
  const r = coefficient.toFixed(2)
  terminal.say(
    `What it found: over ${months} months, ${daily} goes closest with ${monthly} (r = ${r}).`,
  )
}

interface Summary {
  readonly correlations: readonly {
    readonly daily: string
    readonly monthly: string
    readonly months: number
    readonly coefficient: number
  }[]
}
