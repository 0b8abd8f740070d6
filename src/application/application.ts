import type { BearerTokens } from './ports/bearer-tokens.ts'
import type { CallbackAuthenticator } from './ports/callback-authenticator.ts'
import type { ComputeBackend } from './ports/compute-backend.ts'
import type { ConnectorManagement } from './ports/connector-management.ts'
import type { DataPlaneRegistry } from './ports/data-plane-registry.ts'
import type { Database } from './ports/database.ts'
import type { ExchangeLog } from './ports/exchange-log.ts'
import type { Log } from './ports/log.ts'
import type { CredentialIssuer, ObjectStore } from './ports/object-store.ts'
import type { Outbound } from './ports/outbound.ts'
import type { SecretBox, Signer, TokenCodec } from './ports/secrets.ts'
import type { ProofSigner } from './ports/proof-signer.ts'
import type { SourceReader } from './ports/source-reader.ts'
import type { ChangeNotifier } from './telling/change-notifier.ts'
import type { FlowConduct } from './flows/flow-conduct.ts'
import type { Metrics } from './ports/metrics.ts'

/** Addresses under which others reach us, and the limits of waiting states, from the configuration. */
export interface Settings {
  readonly consumerUrl: string
  readonly connectorUrl: string
  readonly managementUrl: string
  readonly installationId: string
  readonly bucketPrefix: string
  readonly tokenSeconds: number
  readonly sessionSeconds: number
  readonly workspaceSeconds: number
  readonly lingerSeconds: number
  readonly retentionSeconds: number
  readonly historySeconds: number
  readonly provisionSeconds: number
  readonly preparedSeconds: number
  readonly pushSeconds: number
  readonly expectedSeconds: number
  readonly transferSeconds: number
  readonly recheckSeconds: number
  readonly didHttpHosts: readonly string[]
}

/** What use cases and reconcilers work with. Built once, by the composition root. */
export interface Application {
  readonly settings: Settings
  readonly database: Database
  readonly store: ObjectStore
  readonly credentials: CredentialIssuer
  readonly compute: ComputeBackend
  readonly sources: SourceReader
  readonly outbound: Outbound
  readonly proofs: ProofSigner
  readonly connectors: ConnectorManagement
  readonly registry: DataPlaneRegistry
  readonly secrets: SecretBox
  readonly signer: Signer
  readonly tokens: TokenCodec
  /** Of control planes, by issuers of the operator's. */
  readonly bearerTokens: BearerTokens
  /** How we prove ourselves to control planes. */
  readonly authenticator: CallbackAuthenticator
  readonly changes: ChangeNotifier
  readonly conduct: FlowConduct
  readonly metrics: Metrics
  readonly exchanges: ExchangeLog
  readonly log: Log
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
  readonly random: () => number
  readonly sha256Hex: (text: string) => string
  /** Addresses of control planes have changed: what is trusted is read again. */
  readonly controlPlanesChanged: () => void
}

export const secondsFrom = (from: Date, seconds: number) =>
  new Date(from.getTime() + seconds * 1000)
