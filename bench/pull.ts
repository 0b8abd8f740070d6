import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { largeContent, startLargeSource } from '../test/support/large-source.ts'
import { beginPull, openWorkspaceOf, pulled } from '../test/support/large-workspace.ts'
import { residentMemory } from '../test/support/resident-memory.ts'
import { startServiceChild } from '../test/support/service-child.ts'
import { definitions } from './definitions.ts'
import { atLeast, atMost, median, type Figure } from './figure.ts'
import { inFolder } from './in-folder.ts'

const mebibyte = 1024 * 1024
const bytes = 1024 * mebibyte
const rounds = 3
const neededBytes = 3 * bytes

/** A gibibyte from loopback into the embedded store, beside the same download to a file; both end on the disk. */
export const pull = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    await requireRoom(folder)
    const content = largeContent(bytes)
    await using source = await startLargeSource(content)
    const download = (await hasCurl()) ? curlToFile : nodeToFile
    const directory = join(folder, 'service')
    await mkdir(directory)
    await using service = await startServiceChild({ directory, ...definitions })
    const consumer = await openWorkspaceOf(service)
    await delay(1000)
    const memory = residentMemory(service.pid)
    const idle = memory.now()
    const ours: number[] = []
    const theirs: number[] = []
    const growth: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      theirs.push(await timed(() => download(source.url, join(folder, 'download'))))
      await rm(join(folder, 'download'))
      memory.reset()
      const input = `large-${round}`
      ours.push(
        await timed(async () => {
          const { sha256 } = await pulled(
            consumer,
            await beginPull(consumer, input, `${source.url}?${round}`),
          )
          if (sha256 === null) throw new Error('a pull without digest')
        }),
      )
      growth.push(memory.peak() - idle)
      await consumer.call('DELETE', `/inputs/${input}`)
    }
    return figures(ours, theirs, growth, idle, download === curlToFile ? 'curl' : 'node')
  })

function figures(
  ours: readonly number[],
  theirs: readonly number[],
  growth: readonly number[],
  idle: number,
  client: string,
): readonly Figure[] {
  const rate = (seconds: readonly number[]) => bytes / mebibyte / median(seconds)
  const ratio = median(ours.map((seconds, round) => (theirs[round] ?? 0) / seconds))
  const common = { bench: 'pull', rounds }
  const most = Math.max(...growth)
  return [
    {
      ...common,
      figure: 'pull of 1 GiB into the embedded store',
      value: rate(ours),
      unit: 'MiB/s',
      baseline: { name: `${client} to a file, fsync`, value: rate(theirs) },
    },
    {
      ...common,
      figure: `speed beside ${client}`,
      value: ratio,
      unit: 'ratio',
      aim: atLeast(ratio, 0.7),
    },
    {
      ...common,
      figure: 'most memory over idle',
      value: most,
      unit: 'MiB',
      baseline: { name: 'idle', value: idle },
      aim: atMost(most, 64, 'MiB'),
    },
  ]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

async function requireRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < neededBytes)
    throw new Error(`${folder} needs ${neededBytes / 1024 ** 3} GiB of room for this benchmark.`)
}

async function hasCurl(): Promise<boolean> {
  const child = spawn('curl', ['--version'], { stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

async function curlToFile(url: string, file: string): Promise<void> {
  const child = spawn('curl', ['--silent', '--fail', '--noproxy', '*', '-o', file, url], {
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`curl ended with ${code ?? 'a signal'}`)
  await syncFile(file)
}

async function nodeToFile(url: string, file: string): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).once('error', reject)
  })
  await pipeline(answer, createWriteStream(file))
  await syncFile(file)
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}
