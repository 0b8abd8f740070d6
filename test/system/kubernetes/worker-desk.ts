import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostAddress } from '../../support/kubernetes-cluster.ts'
import { until } from '../../support/until.ts'

/** Where workers report their beginning and ask whether they may end, so that tests need not guess times. */
export interface WorkerDesk extends AsyncDisposable {
  /** Shell commands of a worker: reports that it has begun. */
  readonly begin: string
  /** Shell commands of a worker: waits for `release`; ends at SIGTERM. */
  readonly wait: string
  /** The service's rule that workers may reach the desk. */
  readonly egress: readonly { readonly cidr: string; readonly ports: readonly number[] }[]
  /** How often workers began, by attempt's number. */
  starts(jobId: string): readonly number[]
  begun(jobId: string, attempt?: number): Promise<unknown>
  release(jobId: string): void
}

export async function startWorkerDesk(): Promise<WorkerDesk> {
  const began: string[] = []
  const released = new Set<string>()
  const server = createServer((request, response) => {
    const [, what = '', jobId = '', attempt = ''] = (request.url ?? '').split('/')
    if (what === 'began') began.push(`${jobId}/${attempt}`)
    const isYes = what === 'began' || released.has(jobId)
    response.writeHead(isYes ? 200 : 404, { connection: 'close' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, hostAddress, resolve))
  const { port } = server.address() as AddressInfo
  const ask = (what: string) =>
    `wget -q -O /dev/null http://${hostAddress}:${port}/${what}/$DSC_JOB_ID/$DSC_ATTEMPT`
  const times = (key: string) => began.filter((one) => one === key).length
  return {
    begin: ask('began'),
    wait: `trap 'echo stopped; exit 143' TERM; until ${ask('end')} 2>/dev/null; do sleep 0.3; done`,
    egress: [{ cidr: `${hostAddress}/32`, ports: [port] }],
    starts: (jobId) => {
      const attempts = new Set(began.filter((one) => one.startsWith(`${jobId}/`)))
      return [...attempts].sort().map(times)
    },
    begun: (jobId, attempt = 1) =>
      until(`worker ${attempt} of ${jobId}`, () => times(`${jobId}/${attempt}`) > 0, 90_000),
    release: (jobId) => {
      released.add(jobId)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
