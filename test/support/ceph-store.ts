import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { S3ClientConfig } from '@aws-sdk/client-s3'

const scripts = fileURLToPath(new URL('../counterparts/ceph/', import.meta.url))
const timeout = 300_000

/** A real S3 store with STS: Ceph's gateway. */
export interface CephStore {
  readonly endpoint: string
  /** Settings of a service that uses it. */
  readonly variables: Readonly<Record<string, string>>
  /** For a client with the rights of the service. */
  readonly owner: S3ClientConfig
  /** Ends the gateway; nothing stored is lost. */
  stopGateway(): Promise<void>
  startGateway(): Promise<void>
  down(): Promise<void>
}

/** Starts the store, which takes half a minute, or takes the one that runs. Needs root. */
export async function startCeph(): Promise<CephStore> {
  const printed = Object.fromEntries(
    (await run('up')).split('\n').flatMap((line) => {
      const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    }),
  )
  const needed = (name: string) => {
    const value = printed[name]
    if (value === undefined) throw new Error(`the store does not say its ${name}`)
    return value
  }
  const silent = async (script: string) => {
    await run(script)
  }
  return {
    endpoint: needed('DSC_S3_ENDPOINT'),
    variables: { DSC_STORE: 's3', ...printed },
    owner: {
      endpoint: needed('DSC_S3_ENDPOINT'),
      region: needed('DSC_S3_REGION'),
      forcePathStyle: true,
      credentials: {
        accessKeyId: needed('DSC_S3_ACCESS_KEY_ID'),
        secretAccessKey: needed('DSC_S3_SECRET_ACCESS_KEY'),
      },
    },
    stopGateway: () => silent('stop-gateway'),
    startGateway: () => silent('start-gateway'),
    down: () => silent('down'),
  }
}

const run = async (script: string) =>
  (await promisify(execFile)(`${scripts}${script}`, [], { timeout })).stdout
