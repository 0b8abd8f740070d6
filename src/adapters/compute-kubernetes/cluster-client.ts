import {
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  NetworkingV1Api,
  Observable,
  RequestContext,
  ServerConfiguration,
  wrapHttpLibrary,
  type ConfigurationOptions,
  type KubeConfig,
} from '@kubernetes/client-node'
import { PooledKubeConfig } from './cluster-client-config.ts'
import { BoundedHttp } from './cluster-client-http.ts'

export { clusterError, statusOf } from './cluster-client-error.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Reading without the generated models, which turn each object into classes and dates. */
export interface ClusterReader {
  /** A JSON document. Throws `ClusterFault`, or what `signal` was aborted with. */
  get(path: string, query: Query, signal: AbortSignal): Promise<unknown>
  /** A body without end (watch, followed log): lives until `signal`, its own, is aborted. */
  open(path: string, query: Query, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

/** One API server. Disposal ends every connection. */
export interface ClusterClient extends ClusterReader, AsyncDisposable {
  readonly config: KubeConfig
  readonly batch: BatchV1Api
  readonly core: CoreV1Api
  readonly networking: NetworkingV1Api
  readonly authorization: AuthorizationV1Api
  /** Origin of the API server. */
  readonly server: string
  /** Namespace of the kubeconfig's context, or of our own pod; null: none is named. */
  readonly namespace: string | null
}

export interface ClusterOptions {
  /** Without it: the service account of the pod that we run in. */
  readonly kubeconfigPath?: string
  readonly userAgent: string
  /** Of each request; default 30 s. */
  readonly deadlineMs?: number
}

/**
 * Reads the way to the cluster; sends nothing yet. Every later request carries `userAgent` and ends at its deadline;
 * an earlier end is asked for by `withSignal(signal)` as second argument of an API call.
 */
export function openCluster(options: ClusterOptions): ClusterClient {
  const deadlineMs = options.deadlineMs ?? 30_000
  const config = new PooledKubeConfig(options.userAgent, deadlineMs)
  const server = load(config, options.kubeconfigPath)
  const http = new BoundedHttp(options.userAgent, deadlineMs)
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    httpApi: wrapHttpLibrary(http),
  })
  const request = async (path: string, query: Query) => {
    const context = new RequestContext(`${server}${path}`, HttpMethod.GET)
    context.setHeaderParam('Accept', 'application/json')
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) context.setQueryParam(name, String(value))
    }
    await config.applySecurityAuthentication(context)
    return context
  }
  return {
    config,
    server: new URL(server).origin,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? null,
    batch: new BatchV1Api(configuration),
    core: new CoreV1Api(configuration),
    networking: new NetworkingV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
    get: async (path, query, signal) => {
      const context = await request(path, query)
      return await http.json(context, signal)
    },
    open: async (path, query, signal) => await http.open(await request(path, query), signal),
    [Symbol.asyncDispose]: async () => await config[Symbol.asyncDispose](),
  }
}

/** Makes one API call end with `signal`. */
export function withSignal(signal: AbortSignal): ConfigurationOptions {
  return {
    middlewareMergeStrategy: 'append',
    middleware: [
      {
        pre: (request) => {
          request.setSignal(signal)
          return new Observable(Promise.resolve(request))
        },
        post: (response) => new Observable(Promise.resolve(response)),
      },
    ],
  }
}

/** Messages of the parser quote the file, which has credentials: they are not passed on. */
function load(config: KubeConfig, kubeconfigPath: string | undefined): string {
  try {
    if (kubeconfigPath === undefined) config.loadFromCluster()
    else config.loadFromFile(kubeconfigPath)
  } catch {
    throw new Error(
      kubeconfigPath === undefined
        ? 'The service account of this pod cannot be read.'
        : `The kubeconfig ${kubeconfigPath} cannot be read.`,
    )
  }
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, '')
  if (kubeconfigPath === undefined && server?.includes('//undefined:') === true) {
    throw new Error('No kubeconfig was given, and this is no pod of a cluster.')
  }
  if (server === undefined || !URL.canParse(server)) {
    throw new Error(`The kubeconfig ${kubeconfigPath ?? ''} has no current cluster.`)
  }
  return server
}
