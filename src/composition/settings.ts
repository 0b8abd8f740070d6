import type { Settings } from '../application/application.ts'
import type { Configuration } from '../config/configuration.ts'
import { listenerAddress } from './addresses.ts'

export interface PublicUrls {
  readonly consumerUrl: string
  readonly connectorUrl: string
  readonly managementUrl: string
}

/** What use cases read of the configuration. */
export function settingsOf(
  configuration: Configuration,
  installationId: string,
  urls: PublicUrls,
): Settings {
  const { number } = configuration
  return {
    ...urls,
    installationId,
    bucketPrefix: configuration.required('DSC_S3_BUCKET_PREFIX'),
    tokenSeconds: number('DSC_TOKEN_SECONDS'),
    sessionSeconds: number('DSC_SESSION_SECONDS'),
    workspaceSeconds: number('DSC_WORKSPACE_SECONDS'),
    lingerSeconds: number('DSC_LINGER_SECONDS'),
    retentionSeconds: number('DSC_RETENTION_SECONDS'),
    historySeconds: number('DSC_HISTORY_SECONDS'),
    provisionSeconds: number('DSC_PROVISION_SECONDS'),
    preparedSeconds: number('DSC_PREPARED_SECONDS'),
    pushSeconds: number('DSC_PUSH_SECONDS'),
    expectedSeconds: number('DSC_EXPECTED_SECONDS'),
    transferSeconds: number('DSC_TRANSFER_SECONDS'),
    recheckSeconds: number('DSC_RECHECK_SECONDS'),
    didHttpHosts: configuration.list('DSC_DID_HTTP_HOSTS'),
  }
}

/** The addresses as far as they are known before the listeners have their ports. */
export function urlsBeforeStart(configuration: Configuration): PublicUrls {
  const url = (name: 'CONSUMER' | 'CONNECTOR' | 'MANAGEMENT') => {
    const { host, port, publicUrl } = listenerAddress(configuration, name)
    return publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  }
  return {
    consumerUrl: url('CONSUMER'),
    connectorUrl: url('CONNECTOR'),
    managementUrl: url('MANAGEMENT'),
  }
}
