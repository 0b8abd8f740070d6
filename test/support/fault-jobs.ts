import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consumerClient, type Answer } from './consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
} from './control-plane-under-test.ts'
import { startUnderTest, type Setup } from './service-under-test.ts'
import { until } from './until.ts'

interface ShownFailure {
  readonly class: string
  readonly code: string
  readonly message: string
  readonly nextStep: string
  readonly logTail?: string
}

export interface ShownJob {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly stateReason: {
    readonly code: string
    readonly message: string
    readonly until: string | null
  } | null
  readonly attempt: number
  readonly exitCode: number | null
  readonly failure: ShownFailure | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly parameters: Readonly<Record<string, unknown>>
  readonly usage: { readonly wallSeconds: number }
  readonly attempts: readonly {
    readonly number: number
    readonly state: string
    readonly exitCode: number | null
    readonly failure: ShownFailure | null
    readonly usage: { readonly wallSeconds: number }
  }[]
}

export interface ShownProblem {
  readonly code: string
  readonly errors: readonly { readonly pointer: string; readonly code: string }[]
}

export const ends = ['SUCCEEDED', 'FAILED', 'CANCELLED']

/** A service with a control plane; each consumer has an agreement, and so a workspace, of its own. */
export async function jobsUnderTest(setup: Setup) {
  const plane = await startControlPlane()
  const under = await startUnderTest({
    ...setup,
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane) },
  })
  const notes = mkdtempSync(join(tmpdir(), 'dsc-notes-'))
  return {
    under,
    /** A folder where workers leave notes for the test. */
    notes,
    note: (name: string) => {
      try {
        return readFileSync(join(notes, name), 'utf8')
      } catch {
        return undefined
      }
    },
    /** `endWithinMs`: how long it waits for what it waits for. */
    consumer: (endWithinMs?: number) =>
      newConsumer(under.connectorUrl, under.consumerUrl, endWithinMs),
    /** Calls the management API. */
    manage: async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${under.managementUrl}/v1${path}`, {
        method,
        headers: {
          'x-api-key': under.service.secrets.managementKey,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, text: await answer.text() }
    },
    attemptFolder: (jobId: string, attempt: number) =>
      join(under.directory, 'data', 'jobs', `${jobId}-${attempt}`),
    [Symbol.asyncDispose]: async () => {
      await under[Symbol.asyncDispose]()
      await plane[Symbol.asyncDispose]()
      rmSync(notes, { recursive: true, force: true })
    },
  }
}

export type JobsUnderTest = Awaited<ReturnType<typeof jobsUnderTest>>
export type Consumer = Awaited<ReturnType<typeof newConsumer>>

async function newConsumer(connectorUrl: string, consumerUrl: string, endWithinMs = 40_000) {
  const opening = openingBody()
  const started = await signal(connectorUrl, 'start', opening)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const client = consumerClient(`${consumerUrl}/v1`, property(started, 'authorization'))
  const get = async <T>(path: string) => (await client.call('GET', path)).body as T
  const job = (id: string) => get<ShownJob>(`/jobs/${id}`)
  const when = (
    id: string,
    what: string,
    is: (seen: ShownJob) => boolean,
    withinMs: number = endWithinMs,
  ) =>
    until(
      `${id}: ${what}`,
      async () => {
        const seen = await job(id)
        return is(seen) && seen
      },
      withinMs,
    )
  const ask = (
    serviceId: string,
    more: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> => client.call('POST', '/jobs', { serviceId, ...more }, headers)
  return {
    ...client,
    workspaceId: property(started, 'workspaceId'),
    flow: (message: string) =>
      signal(connectorUrl, `${opening.processId}/${message}`, { messageId: randomUUID() }),
    get,
    job,
    when,
    ask,
    submit: async (serviceId: string, more: object = {}) => {
      const answer = await ask(serviceId, more)
      assert.equal(answer.status, 201, answer.text)
      return (answer.body as ShownJob).id
    },
    is: (id: string, state: string) => when(id, state, (seen) => seen.state === state),
    ended: (id: string) => when(id, 'its end', ({ state }) => ends.includes(state)),
    put: async (name: string, body: string | Uint8Array, path?: string) => {
      const query = path === undefined ? '' : `?path=${encodeURIComponent(path)}`
      const answer = await client.call('PUT', `/inputs/${name}${query}`, body)
      assert.ok(answer.status === 201 || answer.status === 200, answer.text)
    },
  }
}
