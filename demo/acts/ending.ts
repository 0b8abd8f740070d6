import { setTimeout as pause } from 'node:timers/promises'
import { Bucket } from '../bucket.ts'
import type { Consumer, Workspace } from '../consumer.ts'
import type { Flow, ReportedEnd } from '../data-space.ts'
import { request } from '../http.ts'
import type { Stage } from '../stage.ts'
import { group, seconds, shortId } from '../terminal.ts'
import { openSigned } from '../verify.ts'
import type { Order } from './inputs.ts'
import { consumerOf, type Provider } from './opening.ts'
import type { Results } from './results.ts'

/** One contract as its consumer holds it. */
export interface Contract {
  readonly flow: Flow
  readonly consumer: Consumer
  readonly workspace: Workspace
  readonly bucket: Bucket
}

/** The same requests with the right and with another contract's credentials. */
export async function tryStrangers(
  stage: Stage,
  { dataSpace }: Provider,
  own: Contract,
  { job, transfer }: Order,
): Promise<Consumer> {
  const { terminal, signal } = stage
  terminal.say('A second company has a contract too. It tries what is none of its business.')
  const stranger = consumerOf(await dataSpace.beginForStranger(stage), signal)
  const strangersBucket = stage.cleanup.use(
    new Bucket(await stranger.call('POST', '/credentials', {}), signal),
  )
  const store = (bucket: Bucket) => [
    bucket.read(own.bucket.name, 'inputs/daily.csv'),
    bucket.list(own.bucket.name),
  ]
  const paths = [`/jobs/${job.id}`, `/jobs/${job.id}/manifest`, `/transfers/${transfer.id}`]
  const api = (consumer: Consumer) =>
    paths.map(async (path) => String((await consumer.ask('GET', path)).status))
  const owns = await Promise.all([...store(own.bucket), ...api(own.consumer)])
  const strangers = await Promise.all([...store(strangersBucket), ...api(stranger)])
  const tries = [
    'S3: read inputs/daily.csv',
    'S3: list the bucket',
    ...paths.map((path) => `API: GET ${shortId(path)}`),
  ]
  terminal.table([
    ['', 'its consumer', 'the other company'],
    ...tries.map((what, index) => [what, owns[index] ?? '', strangers[index] ?? '']),
  ])
  stage.prove(
    owns.every((one) => one === '200') && strangers.every((one) => /^40[34]\b/.test(one)),
    'The consumer may do all of it, the other company none: for the API it does not even exist.',
  )
  stage.findings.push([
    'outsiders',
    `${strangers.length} requests of another contract, all refused`,
  ])
  return stranger
}

export async function endContract(
  stage: Stage,
  { dataSpace }: Provider,
  contract: Contract,
  stranger: Consumer,
  { keys }: Results,
): Promise<void> {
  const { terminal, signal } = stage
  const { flow, consumer, workspace, bucket } = contract
  const begun = performance.now()
  const sinceBegun = () => seconds(performance.now() - begun)
  const [refusal] = await Promise.all([firstRefusal(stage, bucket), dataSpace.end(stage, flow)])
  const cut = sinceBegun()
  const { status } = await consumer.ask('GET', '/jobs')
  stage.prove(
    /^40[34]/.test(refusal) && status === 410,
    `S3 says ${refusal}, the API ${status} Gone, although keys and token have not expired.`,
  )

  const jws = await stage.until('the deletion report', async () => {
    const found = await request(signal, 'GET', workspace.deletionReportUrl)
    return found.status === 200 ? found.text : undefined
  })
  stage.findings.push([
    'the end',
    `access refused after ${cut}, all deleted and reported after ${sinceBegun()}`,
  ])
  terminal.say(`Everything has been removed after ${sinceBegun()}. The deletion report says:`)
  const report = (await openSigned(jws, keys)) as Report
  await checkReport(stage, contract, report)
  await dataSpace.proveEnd(stage, flow, report)
  const { state } = await stranger.call<Workspace>('GET', '/workspace')
  stage.prove(state === 'READY', "The other company's workspace is READY as before.")
}

async function checkReport(
  stage: Stage,
  { workspace, bucket }: Contract,
  report: Report,
): Promise<void> {
  const { accessCut, objectsDeleted, bytesDeleted, bucketGoneAt } = report
  stage.terminal.table([
    ['why', `${report.endCause} (its last data flow has ended)`],
    ['access cut', `${accessCut.at ?? 'never'}, by ${accessCut.by ?? 'nothing'}`],
    ['deleted', `${objectsDeleted} objects, ${group(bytesDeleted)} bytes`],
    ['bucket gone', bucketGoneAt ?? 'never'],
  ])
  stage.prove(
    report.workspaceId === workspace.id && accessCut.at !== null && bucketGoneAt !== null,
    'It is about this workspace, and its signature fits the same public keys.',
  )
  const listed = await bucket.list(bucket.name)
  stage.prove(/^40[34]/.test(listed), `The store, asked for the bucket: ${listed}.`)
}

interface Report extends ReportedEnd {
  readonly workspaceId: string
  readonly endCause: string
  readonly accessCut: { readonly at: string | null; readonly by: string | null }
  readonly objectsDeleted: number
  readonly bytesDeleted: number
  readonly bucketGoneAt: string | null
}

/** Reads on and on, until the store says no. */
async function firstRefusal(stage: Stage, bucket: Bucket): Promise<string> {
  return stage.until('the refusal of the store', async () => {
    const outcome = await bucket.read(bucket.name, 'inputs/daily.csv')
    await pause(2)
    return outcome === '200' ? undefined : outcome
  })
}
