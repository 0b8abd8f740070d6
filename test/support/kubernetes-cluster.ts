import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const scripts = fileURLToPath(new URL('../counterparts/kubernetes/', import.meta.url))
const running = 'DSC_CLUSTER_KUBECONFIG'

/** Where pods reach what listens on this machine, if it listens there or on all addresses. */
export const hostAddress = '10.32.0.1'

/** A request that the API server has answered (`ResponseComplete`) or, for a watch, begun to answer. */
export interface AuditEvent {
  readonly auditID: string
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic'
  readonly verb: string
  readonly requestURI: string
  readonly userAgent?: string
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly resource: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number }
}

/** A real Kubernetes with one node. */
export interface Cluster {
  readonly kubeconfig: string
  /** What kubectl prints; throws with its message when it fails. `input` is its standard input. */
  kubectl(args: readonly string[], input?: string): Promise<string>
  /** Builds and loads images of the catalogue, all when none is named; returns the digests by reference. */
  loadImages(...names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Ends the API server alone, as an outage of the control plane; pods go on. */
  stopApiServer(): Promise<void>
  startApiServer(): Promise<void>
  restartApiServer(): Promise<void>
  /** The audit log from now on: requests about jobs, pods, secrets, events and network policies that are not the cluster's own. */
  audit(): Promise<() => Promise<readonly AuditEvent[]>>
  /** Ends the cluster, unless it ran before. */
  down(): Promise<void>
}

/**
 * Starts a cluster, or takes the one whose kubeconfig is in DSC_CLUSTER_KUBECONFIG and leaves it running. The first
 * start on a machine builds Kubernetes, which takes about ten minutes.
 */
export async function startCluster(): Promise<Cluster> {
  const given = process.env[running] ?? ''
  if (given !== '') return clusterAt(given, () => Promise.resolve())
  const down = async () => {
    await run('down', [], 120_000)
  }
  try {
    return clusterAt((await run('up', [], 3_000_000)).trim(), down)
  } catch (error) {
    await down()
    throw error
  }
}

function clusterAt(kubeconfig: string, down: () => Promise<void>): Cluster {
  const script = (name: string, args: readonly string[] = [], timeoutMs = 180_000, input = '') =>
    run(name, args, timeoutMs, input, { [running]: kubeconfig })
  const silent = async (name: string) => {
    await script(name)
  }
  return {
    kubeconfig,
    down,
    kubectl: (args, input) => script('kubectl', args, 300_000, input),
    loadImages: async (...names) => {
      const lines = (await script('images/load', names, 600_000)).trim().split('\n')
      return new Map(lines.map((line) => line.split(' ') as [string, string]))
    },
    stopApiServer: () => silent('stop-apiserver'),
    startApiServer: () => silent('start-apiserver'),
    restartApiServer: () => silent('restart-apiserver'),
    audit: async () => {
      const path = join(dirname(kubeconfig), 'logs/audit.jsonl')
      const { size } = await stat(path)
      return async () => {
        const lines = (await readFile(path)).subarray(size).toString().split('\n').slice(0, -1)
        return lines.map((line) => JSON.parse(line) as AuditEvent)
      }
    },
  }
}

/** The watches that are open, by the log that told of their beginning. */
export const openWatches = (events: readonly AuditEvent[]): readonly AuditEvent[] => {
  const watches = events.filter(({ verb }) => verb === 'watch')
  const ended = new Set(
    watches.filter(({ stage }) => stage !== 'ResponseStarted').map(({ auditID }) => auditID),
  )
  return watches.filter(({ auditID }) => !ended.has(auditID))
}

/** Runs a script of the counterpart in a session of its own, so that Ctrl-C does not end it half way. */
function run(
  name: string,
  args: readonly string[],
  timeoutMs: number,
  input = '',
  variables: NodeJS.ProcessEnv = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = spawn(join(scripts, name), args, {
      detached: true,
      env: { ...process.env, ...variables },
      timeout: timeoutMs,
    })
    let printed = ''
    let said = ''
    script.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
    script.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
    script.stdin.on('error', () => undefined).end(input)
    script.once('error', reject)
    script.once('close', (code, signal) => {
      if (code === 0) resolve(printed)
      else reject(new Error(`${name} ${args.join(' ')}: ${signal ?? `exit code ${code}`}\n${said}`))
    })
  })
}
