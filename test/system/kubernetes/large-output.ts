import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { workerImages } from '../../support/kubernetes-variables.ts'
import { residentMemory } from '../../support/resident-memory.ts'
import type { World } from './namespace.ts'
import { agentPid } from './pod-processes.ts'
import { podScenario } from './pod-scenario.ts'
import { workerRuns } from './pod-watch.ts'

const mebibyte = 1024 * 1024
const outputBytes = 2048 * mebibyte
const mostGrowth = 64

/** Pieces of one random block, each with its number; says the digest of the whole. */
const writer = `
import hashlib, os
block, whole, left, number = os.urandom(1048573), hashlib.sha256(), ${outputBytes}, 0
with open("/home/user/out/data.bin", "wb") as file:
    while left > 0:
        piece = (number.to_bytes(8, "big") + block)[:left]
        file.write(piece)
        whole.update(piece)
        left -= len(piece)
        number += 1
print("sha256", whole.hexdigest(), flush=True)
`

const large = {
  id: 'large',
  title: 'large',
  datasets: ['*'],
  worker: { image: workerImages.python, command: ['python3', '-c', writer] },
  inputs: [],
  outputs: [{ name: 'data.bin', kind: 'file', required: true }],
  outputDirectory: '/home/user/out',
}

export function largeOutputTest(world: World): void {
  test('2 GiB of a worker that is not root arrive bit by bit, with little memory of the agent', async (t) => {
    const scenario = await podScenario(t, world.cluster(), world.namespace(), {
      services: [large],
      direct: true,
    })
    const id = await scenario.submit('large')
    const pod = await scenario.pod(id, workerRuns)
    using memory = watchedMemory(agentPid(pod))
    const ended = await scenario.ended(id, 300_000)
    const { base, peak } = memory
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    t.diagnostic(`agent: ${base.toFixed(0)} MiB waiting, ${peak.toFixed(0)} MiB at most`)
    const log = await scenario.client().call('GET', `/jobs/${id}/logs`)
    const written = /^sha256 ([0-9a-f]{64})$/m.exec(log.text)?.[1]
    const read = await download(
      `${scenario.service().urls.consumerUrl}/v1/jobs/${id}/outputs/data.bin`,
      scenario.token,
    )
    assert.deepEqual(read, { bytes: outputBytes, sha256: written })
    assert.ok(peak > base, 'the peak was not seen')
    assert.ok(peak - base <= mostGrowth, `${(peak - base).toFixed(0)} MiB above the base`)
  })
}

async function download(url: string, token: string) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(response.status, 200)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The memory of a process now, and the most of it until it ends, in MiB. */
function watchedMemory(pid: number) {
  const memory = residentMemory(pid)
  const base = memory.now()
  memory.reset()
  const seen = { base, peak: base, [Symbol.dispose]: () => clearInterval(looking) }
  const looking = setInterval(() => {
    try {
      seen.peak = Math.max(seen.peak, memory.peak())
    } catch {
      clearInterval(looking) // It has ended.
    }
  }, 100)
  return seen
}
