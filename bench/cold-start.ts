import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { residentMemory } from '../test/support/resident-memory.ts'
import { startServiceChild } from '../test/support/service-child.ts'
import { programPath } from '../test/support/service-under-test.ts'
import { definitions } from './definitions.ts'
import { atMost, median, type Figure } from './figure.ts'
import { inFolder } from './in-folder.ts'

const rounds = 5
const settleMs = 1500
const root = fileURLToPath(new URL('..', import.meta.url))

/** From the start of the process to its ready-file, with an empty data folder, and what it holds when it is idle. */
export async function coldStart(): Promise<readonly Figure[]> {
  // Below the project, so that the built program finds its packages.
  const built = join(root, '.cache', `bench-${process.pid}`)
  try {
    await build(built)
    const sources = await measure(programPath)
    const program = await measure(join(built, 'main.js'))
    return [...figures('src/main.ts', sources), ...figures('dist/main.js', program)]
  } finally {
    await rm(built, { recursive: true, force: true })
  }
}

interface Starts {
  readonly seconds: readonly number[]
  readonly bareSeconds: readonly number[]
  readonly mebibytes: readonly number[]
}

function figures(name: string, { seconds, bareSeconds, mebibytes }: Starts): readonly Figure[] {
  const common = { bench: 'cold-start', rounds } as const
  const start = median(seconds)
  const memory = median(mebibytes)
  return [
    {
      ...common,
      figure: `${name}: start to ready`,
      value: start,
      unit: 's',
      baseline: { name: 'node alone', value: median(bareSeconds) },
      aim: atMost(start, 1, 's'),
    },
    {
      ...common,
      figure: `${name}: memory when idle`,
      value: memory,
      unit: 'MiB',
      aim: atMost(memory, 150, 'MiB'),
    },
  ]
}

async function measure(program: string): Promise<Starts> {
  const seconds: number[] = []
  const bareSeconds: number[] = []
  const mebibytes: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await bareStart()
    await inFolder(async (directory) => {
      await using service = await startServiceChild({ directory, program, ...definitions })
      await delay(settleMs)
      if (round === 0) return
      bareSeconds.push(bare)
      seconds.push(service.readyMs / 1000)
      mebibytes.push(residentMemory(service.pid).now())
    })
  }
  return { seconds, bareSeconds, mebibytes }
}

async function bareStart(): Promise<number> {
  const begun = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return (performance.now() - begun) / 1000
}

async function build(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js')
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', directory]
  const [code] = (await once(
    spawn(process.execPath, args, { stdio: ['ignore', 2, 2] }),
    'exit',
  )) as [number | null]
  if (code !== 0) throw new Error('the program could not be built')
}
