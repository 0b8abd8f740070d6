import { Agent, request } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AgentReport } from '../../src/domain/agent-report.ts'
import { outputsListKey } from '../../src/domain/bucket-layout.ts'
import type { AgentTask } from '../../src/staging/agent-task.ts'
import type { StoreSessionDocument } from '../../src/staging/credentials-file.ts'

const unpack = promisify(gunzip)

/** Reports what an agent reports whose worker has no outputs, with the session of the agent's Secret. */
export class FakeAgent implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 })

  async report(secret: Readonly<Record<string, string>>): Promise<void> {
    const bytes = (name: string) => Buffer.from(secret[name] ?? '', 'base64')
    const session = JSON.parse(bytes('credentials.json').toString()) as StoreSessionDocument
    const document = JSON.parse((await unpack(bytes('task.json.gz'))).toString()) as {
      readonly task: AgentTask
    }
    const { jobId, attempt, bucket } = document.task
    const report: AgentReport = {
      schema: 'dataspace-compute/agent-report/1',
      jobId,
      attempt,
      inputs: [],
      outputs: [],
      missing: [],
      failure: null,
    }
    await this.#put(session, `/${bucket}/${outputsListKey(jobId, attempt)}`, JSON.stringify(report))
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  async #put(session: StoreSessionDocument, path: string, body: string): Promise<void> {
    const { hostname, port, host } = new URL(session.endpoint)
    const signer = new SignatureV4({
      credentials: session,
      region: session.region,
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    })
    const headers = { host, 'content-length': String(Buffer.byteLength(body)) }
    const signed = await signer.sign({
      method: 'PUT',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      headers,
      body,
    })
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        { hostname, port, path, method: 'PUT', headers: signed.headers, agent: this.#agent },
        (response) => {
          response.resume().once('end', () => {
            if (response.statusCode === 200) resolve()
            else reject(new Error(`PUT ${path}: ${response.statusCode}`))
          })
        },
      )
      sent.once('error', reject).end(body)
    })
  }
}
