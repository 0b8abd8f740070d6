import { createStsIssuer } from '../../src/adapters/credentials/sts-issuer.ts'
import { createS3ObjectStore } from '../../src/adapters/object-store/s3-object-store.ts'
import { objectStoreSuite } from './object-store-port-suite.ts'
import { startStore } from '../support/store-fixture.ts'

objectStoreSuite('embedded', () => startStore())
objectStoreSuite('embedded, parts unsigned', () => startStore({ signParts: false }))

const environment = process.env
const endpoint = environment['DSC_S3_ENDPOINT']

/** A real store, when the environment names one (one role for consumers and agents will do). */
if (endpoint !== undefined) {
  objectStoreSuite(`at ${endpoint}`, () => {
    const consumerRoleArn = environment['DSC_S3_ROLE_ARN']
    const common = {
      region: environment['DSC_S3_REGION'] ?? 'us-east-1',
      forcePathStyle: true,
      credentials: {
        accessKeyId: environment['DSC_S3_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: environment['DSC_S3_SECRET_ACCESS_KEY'] ?? '',
      },
      consumerRoleArn,
      agentRoleArn: environment['DSC_S3_AGENT_ROLE_ARN'] ?? consumerRoleArn,
    }
    const store = createS3ObjectStore({
      endpoint,
      publicEndpoint: endpoint,
      ...common,
      checksums: 'when_required',
      installationId: 'contract',
      now: () => new Date(),
    })
    const stsEndpoint = environment['DSC_STS_ENDPOINT'] ?? endpoint
    const issuer = createStsIssuer({ stsEndpoint, storeEndpoint: endpoint, ...common })
    const stop = () => {
      store.destroy()
      issuer.destroy()
      return Promise.resolve()
    }
    return Promise.resolve({ store, issuer, stop })
  })
}
