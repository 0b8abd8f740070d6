/** How a variable is read. */
export type VariableKind = 'text' | 'integer' | 'seconds' | 'port' | 'flag' | 'list' | 'url'

export interface Variable {
  readonly kind: VariableKind
  readonly default?: string
  /** One sentence, shown by `dataspace-compute check`. */
  readonly meaning: string
  readonly secret?: true
}

const text = (meaning: string, fallback?: string): Variable => ({
  kind: 'text',
  meaning,
  ...(fallback === undefined ? {} : { default: fallback }),
})
const of = (kind: VariableKind, meaning: string, fallback?: string): Variable => ({
  ...text(meaning, fallback),
  kind,
})
const secret = (meaning: string): Variable => ({ kind: 'text', meaning, secret: true })

/** Every environment variable. Each may also be given as a file, by the suffix `_FILE`. */
export const variables = {
  DSC_DATA_DIR: text(
    'Folder of the SQLite file, the embedded store and the keys of a trial set-up.',
    './data',
  ),
  DSC_CONSUMER_PORT: of('port', 'Port of the consumer API.', '8080'),
  DSC_CONNECTOR_PORT: of('port', 'Port of the signaling API.', '8081'),
  DSC_MANAGEMENT_PORT: of('port', 'Port of the management API.', '8082'),
  DSC_STORE_PORT: of('port', 'Port of the embedded store.', '8083'),
  DSC_HOST: text('Address that all listeners listen on.', '127.0.0.1'),
  DSC_CONSUMER_HOST: text('Address of the consumer listener; default DSC_HOST.'),
  DSC_CONNECTOR_HOST: text('Address of the connector listener; default DSC_HOST.'),
  DSC_MANAGEMENT_HOST: text('Address of the management listener; default DSC_HOST.'),
  DSC_STORE_HOST: text('Address of the embedded store; default DSC_HOST.'),
  DSC_CONSUMER_URL: of('url', 'How consumers reach the consumer API.'),
  DSC_CONNECTOR_URL: of('url', 'How connectors reach the signaling API.'),
  DSC_MANAGEMENT_URL: of('url', 'How operators reach the management API.'),
  DSC_STORE_URL: of(
    'url',
    'How consumers reach the object store; presigned URLs are signed for it.',
  ),
  DSC_TRUST_PROXY: text('Which proxies to trust, as Express has it.'),
  DSC_DATABASE_URL: text('sqlite:PATH; default a file in the data folder.'),
  DSC_STORE: text('embedded or s3.', 'embedded'),
  DSC_S3_ENDPOINT: of('url', 'Endpoint of the object store.'),
  DSC_S3_REGION: text('Region of the object store.', 'us-east-1'),
  DSC_S3_ACCESS_KEY_ID: secret('Key of the service at the object store.'),
  DSC_S3_SECRET_ACCESS_KEY: secret('Secret of the service at the object store.'),
  DSC_S3_ROLE_ARN: text("Role that consumers' sessions are made from."),
  DSC_S3_AGENT_ROLE_ARN: text("Role that agents' sessions are made from; default DSC_S3_ROLE_ARN."),
  DSC_STS_ENDPOINT: of('url', 'Endpoint of STS; default DSC_S3_ENDPOINT.'),
  DSC_S3_BUCKET_PREFIX: text('How names of buckets begin.', 'dsc-'),
  DSC_S3_FORCE_PATH_STYLE: of('flag', 'Buckets in the path instead of the host name.', 'true'),
  DSC_S3_CHECKSUMS: text('when_required or when_supported.', 'when_required'),
  DSC_COMPUTE: text('local or kubernetes.', 'local'),
  DSC_COMPUTE_LOCAL: text('unsafe: run local jobs although a listener is not on loopback.'),
  KUBECONFIG: text('How the cluster is reached; without it: the service account of our own pod.'),
  DSC_KUBERNETES_NAMESPACE: text(
    'Namespace of the jobs; default the one that the service runs in.',
  ),
  DSC_AGENT_IMAGE: text('Image of the agent beside each worker: the image of this program.'),
  DSC_AGENT_STORE_URL: of(
    'url',
    'How agents in pods reach the object store; default DSC_STORE_URL.',
  ),
  DSC_KUBERNETES_STORE_CIDRS: of(
    'list',
    'Networks of the object store, for the network policy of the pods; default any address.',
    '',
  ),
  DSC_KUBERNETES_PROFILES_FILE: text('YAML file of the hardware profiles.'),
  DSC_KUBERNETES_IMAGE_PULL_SECRETS: of('list', 'Secrets that images are pulled with.', ''),
  DSC_KUBERNETES_ALLOW_ROOT: of('flag', 'Allow services with worker.user root.', 'false'),
  DSC_KUEUE_QUEUE: text('Kueue queue of the jobs; they are then created suspended.'),
  DSC_LOG_STREAMS: of('integer', 'How many logs of pods are followed at once.', '200'),
  DSC_CONTROL_PLANES_DIR: text('Folder of *.control-plane.yaml.'),
  DSC_SERVICES_DIR: text('Folder of *.service.yaml.'),
  DSC_MANAGEMENT_KEY: secret('API key of the management API; made at first start with SQLite.'),
  DSC_SECRET_KEY: secret(
    'Base64 of 32 bytes or more; a comma list: the first is used, the others still open.',
  ),
  DSC_SIGNING_KEY: secret(
    'Base64 of a P-256 key (PKCS #8, DER); a comma list: the first signs, the others still verify.',
  ),
  DSC_TOKEN_SECONDS: of('seconds', 'Life of access tokens.', '3600'),
  DSC_SESSION_SECONDS: of('seconds', 'Longest store session.', '3600'),
  DSC_WORKSPACE_SECONDS: of('seconds', 'Longest life of a workspace.', '2592000'),
  DSC_LINGER_SECONDS: of(
    'seconds',
    'How long a workspace waits for a new flow after its last one.',
    '900',
  ),
  DSC_RETENTION_SECONDS: of('seconds', 'How long data are kept after the end, out of reach.', '0'),
  DSC_HISTORY_SECONDS: of('seconds', 'How long rows of an ended workspace are kept.', '7776000'),
  DSC_PROVISION_SECONDS: of('seconds', 'Longest time to provision a workspace.', '600'),
  DSC_PREPARED_SECONDS: of('seconds', 'How long a prepared flow waits for its start.', '3600'),
  DSC_PUSH_SECONDS: of(
    'seconds',
    'How long the access document is offered to the receiver of a push.',
    '3600',
  ),
  DSC_EXPECTED_SECONDS: of('seconds', 'How long an expectation waits.', '604800'),
  DSC_TRANSFER_SECONDS: of('seconds', 'Longest time of a transfer.', '86400'),
  DSC_RECHECK_SECONDS: of(
    'seconds',
    "How often a connector's management API is asked about each flow.",
    '600',
  ),
  DSC_ROLES: of(
    'list',
    'Parts that this process runs: api, controller, transfers.',
    'api,controller,transfers',
  ),
  DSC_EGRESS_ALLOW: of(
    'list',
    'Private networks or hosts that addresses from consumers and messages may name.',
    '',
  ),
  DSC_DID_HTTP_HOSTS: of('list', 'Hosts for which did:web may use http.', ''),
  DSC_STORE_RESERVE_BYTES: of(
    'integer',
    'Free bytes below which the embedded store refuses writes.',
    '1073741824',
  ),
  DSC_LOG_LEVEL: text('trace, debug, info, warn, error or silent.', 'info'),
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof variables

/** Names that Kubernetes injects for a Service whose name begins with `dsc`. */
const injected = /^DSC_.*(?:_?SERVICE_HOST|_?SERVICE_PORT(?:_.+)?|_PORT_\d+_(?:TCP|UDP)(?:_.+)?)$/

export function isInjectedByKubernetes(name: string, value: string): boolean {
  return injected.test(name) || (/_PORT$/.test(name) && /^(?:tcp|udp):\/\//.test(value))
}
