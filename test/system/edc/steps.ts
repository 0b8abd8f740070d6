import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { until } from '../../support/until.ts'
import type { Opened } from './journey.ts'

/** What a consumer does in its workspace, step by step. Each throws with the answer when it is no success. */

interface Expectation {
  readonly id: string
  readonly callbackAddress: { readonly uri: string }
  readonly dataDestination: Readonly<Record<string, string>>
}

/** Data of a third party are expected in an input. */
export async function expectData({ consumer }: Opened, input: string): Promise<Expectation> {
  const answer = await consumer.call('POST', '/transfers', { input, expect: true })
  assert.equal(answer.status, 201, answer.text)
  return answer.body
}

export async function put({ consumer }: Opened, input: string, content: string | Buffer) {
  const answer = await consumer.call('PUT', `/inputs/${input}`, content)
  assert.equal(answer.status, 201, answer.text)
}

/** The state of each input by its name. */
export async function inputs({ consumer }: Opened): Promise<Readonly<Record<string, string>>> {
  const answer = await consumer.call('GET', '/inputs')
  assert.equal(answer.status, 200, answer.text)
  const { items } = answer.body as {
    readonly items: readonly { readonly name: string; readonly state: string }[]
  }
  return Object.fromEntries(items.map(({ name, state }) => [name, state]))
}

export async function submit({ consumer }: Opened, serviceId: string): Promise<string> {
  const request = { serviceId, start: 'when-inputs-ready' }
  const answer = await consumer.call('POST', '/jobs', request)
  assert.equal(answer.status, 201, answer.text)
  return (answer.body as { readonly id: string }).id
}

/** Waits for a state of a job; another end is a failure at once. */
export async function jobReaches({ consumer }: Opened, id: string, state: string): Promise<void> {
  await until(`${id} ${state}`, async () => {
    const answer = await consumer.call('GET', `/jobs/${id}`)
    const job = answer.body as { readonly state: string }
    const over = ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(job.state)
    assert.ok(job.state === state || !over, answer.text)
    return job.state === state
  })
}

const keysOf = async ({ endpoint }: Opened) =>
  (await (await fetch(new URL('/.well-known/jwks.json', endpoint))).json()) as JSONWebKeySet

const payloadOf = async (jws: string, keys: JSONWebKeySet): Promise<unknown> =>
  JSON.parse(Buffer.from((await compactVerify(jws, createLocalJWKSet(keys))).payload).toString())

/** Checks the signature of a job's manifest and fetches every result that it names. Returns their paths. */
export async function fetchResults(opened: Opened, id: string): Promise<readonly string[]> {
  const { manifest, signature } = (await opened.consumer.call('GET', `/jobs/${id}/manifest`))
    .body as {
    readonly manifest: {
      readonly outputs: readonly {
        readonly name: string
        readonly path: string
        readonly sha256: string
      }[]
    }
    readonly signature: string
  }
  assert.deepEqual(await payloadOf(signature, await keysOf(opened)), manifest)
  for (const { name, path, sha256 } of manifest.outputs) {
    const url = `${opened.endpoint}/jobs/${id}/outputs/${name}?path=${encodeURIComponent(path)}`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${opened.token}` } })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, path)
  }
  return manifest.outputs.map(({ path }) => path)
}

export interface DeletionReport {
  readonly agreementId: string
  readonly endCause: string
  readonly bucketGoneAt: string
  readonly objectsDeleted: number
}

/** Where the deletion report of a workspace will be. */
export async function reportUrl({ consumer }: Opened): Promise<string> {
  const answer = await consumer.call('GET', '/workspace')
  return (answer.body as { readonly deletionReportUrl: string }).deletionReportUrl
}

/** Waits for the deletion report and checks its signature. */
export async function readReport(opened: Opened, url: string): Promise<DeletionReport> {
  const jws = await until('the deletion report', async () => {
    const answer = await fetch(url)
    return answer.status === 200 && answer.text()
  })
  return (await payloadOf(jws, await keysOf(opened))) as DeletionReport
}
