import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { submitJob } from '../src/application/jobs/submit-job.ts'
import { openingBody, signal } from '../test/support/control-plane-under-test.ts'
import { openWorkspaceOf } from '../test/support/large-workspace.ts'
import { startServiceChild, type ServiceChild } from '../test/support/service-child.ts'
import { startUnderTest } from '../test/support/service-under-test.ts'
import { bareCommits } from './bare-commits.ts'
import { definitions } from './definitions.ts'
import { atLeast, median, type Figure } from './figure.ts'
import { inFolder } from './in-folder.ts'
import { atOnce, KeepAliveClient } from './keep-alive-client.ts'

const rounds = 5
const jobs = 1000
const connections = 16
const job = { serviceId: 'waits', parameters: {}, labels: {}, start: 'when-inputs-ready' } as const

/** Durable submissions of jobs that wait for an input, beside bare commits of the rows that each of them writes. */
export const submissions = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const direct: number[] = []
    const overHttp: number[] = []
    const bare: number[] = []
    const directory = join(folder, 'child')
    await mkdir(directory)
    await using service = await startServiceChild({ directory, ...definitions })
    await using within = await openUseCase()
    await overHttpRound(service)
    await within.submit()
    for (let round = 0; round < rounds; round += 1) {
      overHttp.push(jobs / (await overHttpRound(service)))
      direct.push(jobs / (await within.submit()))
      bare.push(jobs / bareCommits(within.databaseFile, join(folder, `bare-${round}.sqlite`), jobs))
    }
    const baseline = { name: 'bare SQLite commits', value: median(bare) }
    const common = { bench: 'submissions', rounds: rounds }
    const rate = median(overHttp)
    const ratio = (rates: readonly number[]) =>
      median(rates.map((one, round) => one / (bare[round] ?? 0)))
    return [
      {
        ...common,
        figure: 'jobs submitted over HTTP',
        value: rate,
        unit: '1/s',
        baseline,
        aim: atLeast(rate, 1000, '1/s'),
      },
      { ...common, figure: 'over HTTP beside bare commits', value: ratio(overHttp), unit: 'ratio' },
      {
        ...common,
        figure: 'jobs submitted through the use case',
        value: median(direct),
        unit: '1/s',
        baseline,
      },
      { ...common, figure: 'use case beside bare commits', value: ratio(direct), unit: 'ratio' },
    ]
  })

/** A workspace has room for so many open jobs only, so each round has its own. Seconds. */
async function overHttpRound(service: ServiceChild): Promise<number> {
  const { token } = await openWorkspaceOf(service)
  using client = new KeepAliveClient(connections)
  const authorization = `Bearer ${token}`
  return await atOnce(connections, jobs, async () => {
    const { status, text } = await client.post(`${service.consumerUrl}/v1/jobs`, job, {
      authorization,
    })
    if (status !== 201) throw new Error(text)
  })
}

/** The service in this process, without its controller. */
async function openUseCase() {
  const under = await startUnderTest({
    ...definitions,
    variables: { DSC_ROLES: 'api' },
    overrides: { validateResponses: false },
  })
  const { app } = under.service
  const submit = async () => {
    const opening = openingBody()
    await signal(under.connectorUrl, 'start', opening)
    const { agreementId } = opening
    const workspace = await app.database.read.workspaces.first({ agreementId })
    if (workspace === undefined) throw new Error('no workspace')
    const forever = new AbortController().signal
    return atOnce(connections, jobs, async () => {
      await submitJob(app, workspace, job, undefined, forever)
    })
  }
  return {
    submit,
    databaseFile: join(under.directory, 'data', 'dataspace-compute.sqlite'),
    [Symbol.asyncDispose]: () => under[Symbol.asyncDispose](),
  }
}
