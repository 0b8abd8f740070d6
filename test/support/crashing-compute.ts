import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type {
  AttemptRef,
  AttemptStatus,
  ComputeBackend,
} from '../../src/application/ports/compute-backend.ts'
import type { ObjectStore } from '../../src/application/ports/object-store.ts'
import { claimKey, outputsListKey, outputsPrefix } from '../../src/domain/bucket-layout.ts'
import type { AgentReport } from '../../src/domain/agent-report.ts'

const nameOf = ({ jobId, attempt }: AttemptRef) => `${jobId}-${attempt}`
const text = (value: string) => new TextEncoder().encode(value)

/** Looks in each phase before an attempt goes on to the next. */
const phases = ['pending', 'staging', 'running', 'collecting', 'ended'] as const

/** A backend in memory: an attempt goes on with each look, and its worker writes one output to the real store. */
export function crashCompute(store: ObjectStore) {
  const attempts = new Map<string, { ref: AttemptRef; bucket: string; looks: number }>()
  /** Workers begun, by attempt. */
  const runs = new Map<string, number>()
  const removed: string[] = []
  /** The phase that attempts stay in, while the test holds them there. */
  const hold: { at: (typeof phases)[number] } = { at: 'ended' }

  const work = async ({ ref, bucket }: { ref: AttemptRef; bucket: string }) => {
    const name = nameOf(ref)
    runs.set(name, (runs.get(name) ?? 0) + 1)
    await store.put(bucket, claimKey(ref.jobId, ref.attempt), text(name), { ifAbsent: true })
    const body = text('result')
    const key = `${outputsPrefix(ref.jobId, ref.attempt)}out.txt`
    const { etag } = await store.put(bucket, key, body, { ifAbsent: true })
    const sha256 = createHash('sha256').update(body).digest('hex')
    const report: AgentReport = {
      schema: 'dataspace-compute/agent-report/1',
      ...ref,
      inputs: [],
      outputs: [{ name: 'out.txt', path: null, key, bytes: body.length, sha256, etag }],
      missing: [],
      failure: null,
    }
    const place = outputsListKey(ref.jobId, ref.attempt)
    await store.put(bucket, place, text(JSON.stringify(report)), {})
  }

  const backend: ComputeBackend = {
    kind: 'local',
    keepsRunLimit: true,
    passesAtOnce: 16,
    looks: { soon: 5, seldom: 5 },
    refusal: () => null,
    ensure: ({ jobId, attempt, bucket }) => {
      const ref = { jobId, attempt }
      if (!attempts.has(nameOf(ref))) attempts.set(nameOf(ref), { ref, bucket, looks: 0 })
      return Promise.resolve()
    },
    status: async (ref) => {
      const found = attempts.get(nameOf(ref))
      if (found === undefined) return { phase: 'absent' }
      const phase = phases[Math.min(found.looks, phases.indexOf(hold.at))] ?? 'ended'
      found.looks += 1
      if (phase === 'running' && !runs.has(nameOf(ref))) await work(found)
      return statusOf(phase)
    },
    observe: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    refreshCredentials: () => Promise.resolve(),
    stop: (ref) => {
      const found = attempts.get(nameOf(ref))
      if (found !== undefined) found.looks = phases.length
      hold.at = 'ended'
      return Promise.resolve()
    },
    remove: (ref) => {
      if (attempts.delete(nameOf(ref))) removed.push(nameOf(ref))
      return Promise.resolve()
    },
    logs: () => Promise.resolve(Readable.from([Buffer.from('a line\n')])),
    tidy: () => Promise.resolve(),
    lastContactAt: () => null,
    list: () => Promise.resolve([...attempts.values()].map(({ ref }) => ref)),
  }
  return { backend, runs, removed, attempts, hold }
}

export type CrashCompute = ReturnType<typeof crashCompute>

const at = new Date('2026-11-24T09:00:00.000Z')

function statusOf(phase: (typeof phases)[number]): AttemptStatus {
  switch (phase) {
    case 'pending':
      return { phase, reason: null, idle: true }
    case 'staging':
      return { phase, since: at }
    case 'running':
    case 'collecting':
      return { phase, since: at, startedAt: at }
    case 'ended':
      return {
        phase,
        startedAt: at,
        endedAt: at,
        exitCode: 0,
        failure: null,
        usage: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
        imageDigest: null,
      }
  }
}
