import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
} from './control-plane-under-test.ts'
import { ServiceOnDisk, type ServiceProcess } from './fault-process.ts'
import type { Setup } from './service-under-test.ts'
import { until } from './until.ts'

export interface Shown {
  readonly id: string
  readonly state: string
  readonly failure: { readonly class: string; readonly code: string } | null
  readonly bytesDone?: number
  readonly attempt?: number
}

/** A control plane, and the real program with one open data flow. */
export async function faultScenario(
  t: TestContext,
  setup: Setup & {
    /** How the control plane takes callbacks; without a credential unless said. */
    readonly controlPlane?: Readonly<Record<string, unknown>>
  } = {},
  first: Variables = {},
) {
  const plane = await startControlPlane()
  const { controlPlane, ...others } = setup
  const more = (url: string) =>
    controlPlane === undefined ? {} : { callbacks: { url, ...controlPlane } }
  const disk = new ServiceOnDisk({
    ...others,
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane, more(plane.url)) },
  })
  const notes = mkdtempSync(join(tmpdir(), 'dsc-notes-'))
  t.after(async () => {
    await disk[Symbol.asyncDispose]()
    await plane[Symbol.asyncDispose]()
    rmSync(notes, { recursive: true, force: true })
  })
  let service = await disk.start(first)
  const opening = openingBody()
  const started = await signal(service.urls.connectorUrl, 'start', opening)
  if (started.status !== 200) throw new Error(JSON.stringify(started))
  const token = property(started, 'authorization')
  const client = (): ConsumerClient => consumerClient(`${service.urls.consumerUrl}/v1`, token)
  const get = async <T>(path: string) => (await client().call('GET', path)).body as T
  return {
    plane,
    disk,
    opening,
    token,
    workspaceId: property(started, 'workspaceId'),
    /** A folder that outlives every process, for what workers note. */
    notes,
    service: () => service,
    client,
    get,
    kill: () => service.kill(),
    restart: async (variables: Variables = {}): Promise<ServiceProcess> => {
      service = await disk.start(variables)
      return service
    },
    send: (path: string, body: unknown = { messageId: randomUUID() }) =>
      signal(service.urls.connectorUrl, path, body),
    jobIs: (id: string, ...states: readonly string[]) =>
      until(
        `job ${id} is ${states.join(' or ')}`,
        async () => {
          const job = await get<Shown>(`/jobs/${id}`)
          return states.includes(job.state) && job
        },
        30_000,
      ),
    ready: () =>
      until('READY', async () => (await get<Shown>('/workspace')).state === 'READY', 15_000),
    /** How often a worker began. */
    runs: () => {
      const path = join(notes, 'runs')
      return existsSync(path) ? readFileSync(path, 'utf8').length : 0
    },
    /** The phase of an attempt as its own folder tells it. */
    phase: (jobId: string, attempt = 1): string | undefined => {
      const path = join(disk.directory, 'data', 'jobs', `${jobId}-${attempt}`, 'status.json')
      if (!existsSync(path)) return undefined
      return (JSON.parse(readFileSync(path, 'utf8')) as { phase: string }).phase
    },
  }
}

type Variables = Readonly<Record<string, string>>
export type FaultScenario = Awaited<ReturnType<typeof faultScenario>>
