import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

const file = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url), 'utf8')

export interface FakeKubelet extends AsyncDisposable {
  readonly port: number
  /** The worker of this pod has ended: logs that are followed end. */
  workerEnded(pod: string): void
}

/** What the API server asks a kubelet for: logs. Each worker wrote one line. */
export async function startFakeKubelet(): Promise<FakeKubelet> {
  const followed = new Map<string, Set<ServerResponse>>()
  const ended = new Set<string>()
  const server = createServer(
    { key: file('files-test.key.pem'), cert: file('files-test.cert.pem') },
    (request, response) => {
      const url = new URL(request.url ?? '', 'https://kubelet')
      const [, kind, , pod = ''] = url.pathname.split('/')
      if (kind !== 'containerLogs') {
        response.writeHead(404).end()
        return
      }
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.write(`${new Date().toISOString()} a line\n`)
      if (url.searchParams.get('follow') !== 'true' || ended.has(pod)) {
        response.end()
        return
      }
      const ofPod = followed.get(pod) ?? new Set()
      followed.set(pod, ofPod.add(response))
      response.once('close', () => ofPod.delete(response))
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    workerEnded: (pod) => {
      ended.add(pod)
      for (const response of followed.get(pod) ?? []) response.end()
      followed.delete(pod)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
