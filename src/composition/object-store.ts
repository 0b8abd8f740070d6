import { join } from 'node:path'
import { createStsIssuer } from '../adapters/credentials/sts-issuer.ts'
import {
  startEmbeddedStore,
  type EmbeddedStore,
} from '../adapters/embedded-store/embedded-store.ts'
import { createS3ObjectStore } from '../adapters/object-store/s3-object-store.ts'
import type { ChecksumMode } from '../adapters/object-store/s3-settings.ts'
import type { Log } from '../application/ports/log.ts'
import type { CredentialIssuer, ObjectStore } from '../application/ports/object-store.ts'
import type { SecretBox } from '../application/ports/secrets.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Secrets } from '../config/secrets.ts'
import { listenerAddress } from './addresses.ts'

const consumerRole = { name: 'consumers', arn: 'arn:aws:iam::000000000000:role/consumers' }
const agentRole = { name: 'agents', arn: 'arn:aws:iam::000000000000:role/agents' }

export interface StoreParts extends AsyncDisposable {
  readonly store: ObjectStore
  readonly credentials: CredentialIssuer
  readonly embedded: EmbeddedStore | null
}

interface StoreContext {
  readonly configuration: Configuration
  readonly secrets: Secrets
  readonly secretBox: SecretBox
  readonly dataDirectory: string
  readonly installationId: string
  readonly now: () => Date
  readonly log: Log
  readonly minimumSessionSeconds?: number | undefined
}

/** The object store with its credentials: embedded, or any S3 with STS. The same adapters serve both. */
export async function openObjectStore(context: StoreContext): Promise<StoreParts> {
  const embedded =
    context.configuration.required('DSC_STORE') === 'embedded' ? await startEmbedded(context) : null
  const settings = settingsOf(context, embedded)
  const store = createS3ObjectStore(settings)
  const { minimumSessionSeconds } = context
  const credentials = createStsIssuer({
    ...settings,
    stsEndpoint: context.configuration.text('DSC_STS_ENDPOINT') ?? settings.endpoint,
    storeEndpoint: settings.endpoint,
    ...(minimumSessionSeconds === undefined ? {} : { minimumSeconds: minimumSessionSeconds }),
    maximumSeconds: 43_200,
  })
  return {
    store,
    credentials,
    embedded,
    [Symbol.asyncDispose]: async () => {
      store.destroy()
      credentials.destroy()
      await embedded?.stop()
    },
  }
}

function startEmbedded(context: StoreContext): Promise<EmbeddedStore> {
  const { configuration, secretBox, log, minimumSessionSeconds } = context
  const { host, port } = listenerAddress(configuration, 'STORE')
  const place = { table: 'embedded_store', id: 'sessions', column: 'secret' }
  return startEmbeddedStore({
    directory: join(context.dataDirectory, 'store'),
    host,
    port,
    region: configuration.required('DSC_S3_REGION'),
    owner: context.secrets.storeOwner,
    roles: [consumerRole, agentRole],
    reserveBytes: configuration.number('DSC_STORE_RESERVE_BYTES'),
    sealSecrets: {
      seal: (text) => secretBox.seal(place, text),
      open: (sealed) => secretBox.open(place, sealed),
    },
    now: context.now,
    log: ({ level, message, ...fields }) => log[level](fields, message),
    ...(minimumSessionSeconds === undefined ? {} : { minimumSessionSeconds }),
  })
}

function settingsOf(context: StoreContext, embedded: EmbeddedStore | null) {
  const { configuration, installationId, now } = context
  const common = {
    region: configuration.required('DSC_S3_REGION'),
    bucketPrefix: configuration.required('DSC_S3_BUCKET_PREFIX'),
    installationId,
    now,
  }
  const publicUrl = configuration.text('DSC_STORE_URL')
  if (embedded !== null) {
    return {
      ...common,
      endpoint: embedded.url,
      publicEndpoint: publicUrl ?? embedded.url,
      forcePathStyle: true,
      checksums: 'when_required' as const,
      signParts: false,
      credentials: context.secrets.storeOwner,
      consumerRoleArn: consumerRole.arn,
      agentRoleArn: agentRole.arn,
    }
  }
  const endpoint = configuration.required('DSC_S3_ENDPOINT')
  const accessKeyId = configuration.text('DSC_S3_ACCESS_KEY_ID')
  const secretAccessKey = configuration.text('DSC_S3_SECRET_ACCESS_KEY')
  const consumerRoleArn = configuration.text('DSC_S3_ROLE_ARN')
  return {
    ...common,
    endpoint,
    publicEndpoint: publicUrl ?? endpoint,
    forcePathStyle: configuration.flag('DSC_S3_FORCE_PATH_STYLE'),
    checksums: configuration.required('DSC_S3_CHECKSUMS') as ChecksumMode,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
    consumerRoleArn,
    agentRoleArn: configuration.text('DSC_S3_AGENT_ROLE_ARN') ?? consumerRoleArn,
  }
}
