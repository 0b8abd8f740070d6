import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedStore } from '../../src/adapters/embedded-store/embedded-store.ts'
import { createStsIssuer } from '../../src/adapters/credentials/sts-issuer.ts'
import { createS3ObjectStore } from '../../src/adapters/object-store/s3-object-store.ts'

const owner = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
const region = 'us-east-1'
const consumerRoleArn = 'arn:aws:iam:::role/consumer'
const agentRoleArn = 'arn:aws:iam:::role/agent'

/** An embedded store in a folder of its own, and the adapters over it. */
export async function startStore({ signParts = true } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'dsc-store-'))
  const embedded = await startEmbeddedStore({
    directory,
    host: '127.0.0.1',
    port: 0,
    region,
    owner,
    roles: [
      { arn: consumerRoleArn, name: 'consumer' },
      { arn: agentRoleArn, name: 'agent' },
    ],
    reserveBytes: 0,
    sealSecrets: { seal: (text) => text, open: (text) => text },
  })
  const common = {
    region,
    forcePathStyle: true,
    credentials: owner,
    consumerRoleArn,
    agentRoleArn,
  }
  const store = createS3ObjectStore({
    endpoint: embedded.url,
    publicEndpoint: embedded.url,
    ...common,
    checksums: 'when_required',
    installationId: 'test',
    signParts,
    now: () => new Date(),
  })
  const issuer = createStsIssuer({
    stsEndpoint: embedded.url,
    storeEndpoint: embedded.url,
    ...common,
  })
  return {
    store,
    issuer,
    owner,
    region,
    url: embedded.url,
    port: embedded.port,
    stop: async () => {
      store.destroy()
      issuer.destroy()
      await embedded.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
