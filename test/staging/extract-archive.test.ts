import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describe, it, type TestContext } from 'node:test'
import { createGzip, deflateRawSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { ZipFile } from 'yazl'
import { FailureError } from '../../src/domain/failure.ts'
import { archiveLimits } from '../../src/domain/staging-bounds.ts'
import { extractArchive } from '../../src/staging/extract-archive.ts'
import { noSignal, ownFolder } from './folder.ts'

interface TarEntry extends Partial<Header> {
  readonly name: string
  readonly body?: string
}

async function tarFile(path: string, entries: readonly TarEntry[], gzip = false): Promise<void> {
  const tar = pack()
  for (const { body = '', ...header } of entries) tar.entry(header, body)
  tar.finalize()
  if (gzip) await pipeline(tar, createGzip(), createWriteStream(path))
  else await pipeline(tar, createWriteStream(path))
}

interface ZipEntry {
  /** Same length as the name that replaces it, where yazl would refuse the latter. */
  readonly name: string
  readonly body?: string | Buffer
  readonly mode?: number
}

async function zipFile(path: string, entries: readonly ZipEntry[]): Promise<void> {
  const zip = new ZipFile()
  for (const { name, body = '', mode = 0o100644 } of entries) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name)
    else zip.addBuffer(Buffer.from(body), name, { mode })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

/** Writes other names of the same length over those in the file. */
async function rename(path: string, from: string, to: string): Promise<void> {
  assert.equal(from.length, to.length)
  const bytes = await readFile(path)
  await writeFile(path, Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1'))
}

interface Case {
  readonly make: (path: string) => Promise<void>
  readonly limits?: Partial<typeof archiveLimits & { maxBytes: number }>
}

async function extract(t: TestContext, { make, limits = {} }: Case): Promise<string> {
  const folder = await ownFolder(t)
  const path = join(folder, 'archive')
  await make(path)
  const target = join(folder, 'outer', 'target')
  const all = { ...archiveLimits, maxBytes: 1e9, ...limits }
  await extractArchive({ path, input: 'in.zip', target, limits: all }, noSignal).catch(
    async (error: unknown) => {
      assert.deepEqual(
        (await readdir(folder)).sort().filter((name) => name !== 'outer'),
        ['archive'],
      )
      assert.ok(
        (await readdir(join(folder, 'outer')).catch(() => [])).every((name) => name === 'target'),
      )
      throw error
    },
  )
  return target
}

const link: TarEntry = { name: 'l', type: 'symlink', linkname: '/etc/passwd' }
const attacks: Readonly<Record<string, readonly [Case, RegExp]>> = {
  'tar: a path that climbs': [{ make: (p) => tarFile(p, [{ name: '../evil' }]) }, /"\.\."/],
  'tar: an absolute path': [{ make: (p) => tarFile(p, [{ name: '/etc/evil' }]) }, /empty segment/],
  'tar: a symbolic link': [{ make: (p) => tarFile(p, [link]) }, /has a link: "l"/],
  'tar: a hard link': [
    { make: (p) => tarFile(p, [{ name: 'h', type: 'link', linkname: '/etc/passwd' }]) },
    /has a link: "h"/,
  ],
  'tar: a device': [
    { make: (p) => tarFile(p, [{ name: 'd', type: 'character-device' }]) },
    /no file: "d"/,
  ],
  'tar: a FIFO': [{ make: (p) => tarFile(p, [{ name: 'f', type: 'fifo' }]) }, /no file/],
  'tar: a file below a file': [
    { make: (p) => tarFile(p, [{ name: 'a' }, { name: 'a/b' }]) },
    /below the file/,
  ],
  'tar: one name twice': [{ make: (p) => tarFile(p, [{ name: 'a' }, { name: './a' }]) }, /twice/],
  'tar.gz: a bomb': [
    {
      make: (p) => tarFile(p, [{ name: 'zeros', body: '0'.repeat(20_000_000) }], true),
      limits: { ratioFreeBytes: 1_000_000 },
    },
    /more than 250 times/,
  ],
  'tar.gz: cut off': [
    {
      make: async (p) => {
        await tarFile(p, [{ name: 'a', body: randomBytes(50_000).toString('hex') }], true)
        await writeFile(p, (await readFile(p)).subarray(0, 20_000))
      },
    },
    /cannot be read/,
  ],
  'zip: a path that climbs': [
    {
      make: async (p) => {
        await zipFile(p, [{ name: 'xx/evil' }])
        await rename(p, 'xx/evil', '../evil')
      },
    },
    /\.\.\/evil/,
  ],
  'zip: a path that climbs with backslashes': [
    {
      make: async (p) => {
        await zipFile(p, [{ name: 'xx/evil' }])
        await rename(p, 'xx/evil', '..\\evil')
      },
    },
    /\.\.\/evil/,
  ],
  'zip: an absolute path': [
    {
      make: async (p) => {
        await zipFile(p, [{ name: 'xetc/evil' }])
        await rename(p, 'xetc/evil', '/etc/evil')
      },
    },
    /\/etc\/evil/,
  ],
  'zip: a symbolic link': [
    { make: (p) => zipFile(p, [{ name: 'l', body: '/etc/passwd', mode: 0o120777 }]) },
    /has a link: "l"/,
  ],
  'zip: a bomb': [
    {
      make: (p) => zipFile(p, [{ name: 'zeros', body: Buffer.alloc(20_000_000) }]),
      limits: { ratioFreeBytes: 1_000_000 },
    },
    /more than 250 times/,
  ],
  'zip: more than there may be': [
    {
      make: (p) => zipFile(p, [{ name: 'a', body: 'x'.repeat(2000) }]),
      limits: { maxBytes: 1000 },
    },
    /more than 1000 bytes/,
  ],
  'zip: too many entries': [
    {
      make: (p) => zipFile(p, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
      limits: { maxEntries: 2 },
    },
    /more than 2 entries/,
  ],
  'zip: a name with a line feed': [{ make: (p) => zipFile(p, [{ name: 'a\nb' }]) }, /control/],
  'zip: a wrong checksum': [
    {
      make: async (p) => {
        await zipFile(p, [{ name: 'a', body: 'hello hello hello' }])
        const good = deflateRawSync('hello hello hello').toString('latin1')
        const bad = deflateRawSync('jello jello jello').toString('latin1')
        await rename(p, good, bad)
      },
    },
    /checksum of "a"/,
  ],
  'neither of them': [{ make: (p) => writeFile(p, 'just text') }, /neither ZIP, tar nor tar\.gz/],
  'nothing at all': [{ make: (p) => writeFile(p, '') }, /neither/],
}

describe('archives', () => {
  for (const [reason, [attack, message]] of Object.entries(attacks)) {
    it(`refuses ${reason}, and nothing leaves the directory`, async (t) => {
      await assert.rejects(extract(t, attack), (error: unknown) => {
        assert.ok(error instanceof FailureError, String(error))
        assert.equal(error.failure.code, 'archive-refused')
        assert.match(error.message, message)
        return true
      })
    })
  }

  const good = [
    { name: 'dir/', type: 'directory' as const },
    { name: 'dir/a.txt', body: 'first' },
    { name: 'other/deep/b.txt', body: 'second' },
    { name: 'run.sh', body: '#!/bin/sh', mode: 0o100755 },
    { name: 'empty' },
    { name: 'ümlaut & Space.txt', body: 'third' },
  ]
  const formats = {
    zip: (path: string) => zipFile(path, good),
    tar: (path: string) => tarFile(path, good),
    'tar.gz': (path: string) => tarFile(path, good, true),
  }
  for (const [format, make] of Object.entries(formats)) {
    it(`extracts ${format} with its structure and modes`, async (t) => {
      const target = await extract(t, { make })
      const read = async (name: string) => readFile(join(target, name), 'utf8')
      assert.equal(await read('dir/a.txt'), 'first')
      assert.equal(await read('other/deep/b.txt'), 'second')
      assert.equal(await read('empty'), '')
      assert.equal(await read('ümlaut & Space.txt'), 'third')
      const mode = async (name: string) => (await stat(join(target, name))).mode & 0o777
      assert.deepEqual(
        [await mode('dir'), await mode('dir/a.txt'), await mode('run.sh')],
        [0o755, 0o644, 0o755],
      )
    })
  }
})
