import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import { pack, type Header, type Pack } from 'tar-stream'
import type { Entry } from './entries.ts'

/** The run configuration of an image, by the names of the OCI image specification. */
export interface RunConfiguration {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly WorkingDir?: string
}

export interface Image {
  readonly name: string
  readonly layers: readonly (readonly Entry[])[]
  readonly run: RunConfiguration
}

interface Blob {
  readonly digest: string
  readonly size: number
  readonly content: Buffer | { readonly file: string }
}

/** An image with all digests known; `manifest` is what a pod's status calls its image ID. */
export interface BuiltImage {
  readonly name: string
  readonly manifest: string
  readonly blobs: readonly Blob[]
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const layerType = 'application/vnd.oci.image.layer.v1.tar'
const configType = 'application/vnd.oci.image.config.v1+json'

/** Writes its layers to `folder`. The same entries give the same digests: times are zero and paths sorted. */
export async function buildImage(image: Image, folder: string): Promise<BuiltImage> {
  const layers: Blob[] = []
  for (const entries of image.layers) {
    layers.push(await writeLayer(entries, `${folder}/${layers.length}.tar`))
  }
  const config = json({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: image.run,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor(configType, config),
    layers: layers.map((layer) => descriptor(layerType, layer)),
  })
  return { name: image.name, manifest: manifest.digest, blobs: [manifest, config, ...layers] }
}

/** The image as an archive in the OCI image layout, written to `into`. */
export async function writeArchive(image: BuiltImage, into: NodeJS.WritableStream): Promise<void> {
  const archive = pack()
  const written = pipeline(archive, into)
  const manifest = image.blobs.find(({ digest }) => digest === image.manifest)
  if (manifest === undefined) throw new Error(`${image.name} has no manifest`)
  const named = {
    ...descriptor(manifestType, manifest),
    annotations: { 'io.containerd.image.name': image.name },
  }
  await add(archive, 'oci-layout', json({ imageLayoutVersion: '1.0.0' }))
  await add(archive, 'index.json', json({ schemaVersion: 2, manifests: [named] }))
  const distinct = new Map(image.blobs.map((blob) => [blob.digest, blob]))
  for (const blob of distinct.values()) {
    await add(archive, `blobs/${blob.digest.replace(':', '/')}`, blob)
  }
  archive.finalize()
  await written
}

function json(value: unknown): Blob {
  const content = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  return { digest, size: content.length, content }
}

const descriptor = (mediaType: string, { digest, size }: Blob) => ({ mediaType, digest, size })

async function add(archive: Pack, name: string, { size, content }: Blob): Promise<void> {
  const entry = archive.entry({ name, size, mtime: new Date(0) })
  if (Buffer.isBuffer(content)) await finished(entry.end(content))
  else await pipeline(createReadStream(content.file), entry)
}

async function writeLayer(entries: readonly Entry[], path: string): Promise<Blob> {
  const layer = pack()
  const hash = createHash('sha256')
  layer.on('data', (chunk) => hash.update(chunk as Buffer))
  const written = pipeline(layer, createWriteStream(path))
  for (const entry of withParents(entries)) {
    const owned = { uid: entry.owner ?? 0, gid: entry.owner ?? 0, mtime: new Date(0) }
    const content = entry.type === 'file' ? await entry.content() : Buffer.alloc(0)
    const sink = layer.entry({ ...owned, ...headerOf(entry), size: content.length })
    await finished(sink.end(content))
  }
  layer.finalize()
  await written
  const digest = `sha256:${hash.digest('hex')}`
  return { digest, size: (await stat(path)).size, content: { file: path } }
}

function headerOf(entry: Entry): Pick<Header, 'name' | 'type' | 'mode'> & Partial<Header> {
  const name = entry.path.slice(1)
  switch (entry.type) {
    case 'directory':
      return { name, type: 'directory', mode: entry.mode ?? 0o755 }
    case 'file':
      return { name, type: 'file', mode: entry.mode ?? 0o644 }
    case 'link':
      return { name, type: 'symlink', mode: 0o777, linkname: entry.target }
  }
}

/** Sorted, each path once, the last one said, and with every folder above. */
function withParents(entries: readonly Entry[]): readonly Entry[] {
  const byPath = new Map<string, Entry>()
  for (const entry of entries) {
    for (let above = dirname(entry.path); above !== '/'; above = dirname(above)) {
      if (!byPath.has(above)) byPath.set(above, { type: 'directory', path: above })
    }
    byPath.set(entry.path, entry)
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
