import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JSONWebKeySet } from 'jose'
import type { Consumer, Manifest, SignedManifest } from '../consumer.ts'
import { request } from '../http.ts'
import type { Stage } from '../stage.ts'
import { group } from '../terminal.ts'
import { forged, openSigned, sha256 } from '../verify.ts'
import type { Order } from './inputs.ts'

export interface Results {
  readonly plot: string
  readonly page: string
  readonly keys: JSONWebKeySet
  readonly fileCount: number
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
  stage.prove(
    isDeepStrictEqual(await openSigned(signature, keys), manifest),
    'Its signature fits the public keys at /.well-known/jwks.json.',
  )
  const isForgeryTaken = await openSigned(forged(signature), keys).then(
    () => true,
    () => false,
  )
  stage.prove(!isForgeryTaken, 'With one character changed, it does not.')
  await download(stage, consumer, manifest)
  const plot = manifest.outputs.find(({ path }) => path?.endsWith('.png') === true)?.path
  if (plot === undefined || plot === null) throw new Error('there is no plot among the outputs')
  const result = {
    plot: join(stage.resultsFolder, plot),
    page: join(stage.resultsFolder, 'index.html'),
    keys,
    fileCount: manifest.outputs.length,
  }
  terminal.say(`The plot, to be opened:   ${result.plot}`)
  terminal.say(`The report, in a browser: ${result.page}`)
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
    rows.push([path ?? name, `${group(bytes)} bytes`, `sha256 ${expected.slice(0, 12)}…`])
  }
  stage.terminal.say('The results, downloaded:')
  stage.terminal.table(rows)
  stage.prove(
    rows.length > 0,
    `All ${rows.length} files have the digests that the manifest promises.`,
  )
}
