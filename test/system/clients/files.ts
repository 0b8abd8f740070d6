import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const largeBytes = 200 * 1024 * 1024
const blockBytes = 1024 * 1024

/** A folder with a small file and one of 200 MiB, that clients upload, and places for what they download. */
export interface Files extends AsyncDisposable {
  readonly folder: string
  path(name: string): string
  /** Both files have the same bytes. */
  areEqual(one: 'small.txt' | 'large.bin', other: string): Promise<void>
}

export async function createFiles(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'))
  const path = (name: string) => join(folder, name)
  await writeFile(path('small.txt'), 'a small file\n')
  await pipeline(Readable.from(randomBlocks()), createWriteStream(path('large.bin')))
  const digests = {
    'small.txt': await digestOf(path('small.txt')),
    'large.bin': await digestOf(path('large.bin')),
  }
  return {
    folder,
    path,
    areEqual: async (one, other) => assert.equal(await digestOf(path(other)), digests[one]),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function* randomBlocks() {
  for (let made = 0; made < largeBytes; made += blockBytes) yield randomBytes(blockBytes)
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: blockBytes }), hash)
  return hash.digest('hex')
}
