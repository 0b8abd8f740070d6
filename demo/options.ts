import { parseArgs } from 'node:util'

export const usage = `usage: npm run demo [-- OPTIONS]

Shows one contract of a data space from its start to its end, on this machine.

  --keep                stop before the contract ends and leave everything running, until Ctrl-C
  --compute WHERE       local (default): jobs are processes of this machine
                        kubernetes: jobs are pods of the cluster that KUBECONFIG names
  --connector WHICH     played (default): the demo plays the connector, in its real protocol
                        edc: three real connectors of EDC 0.15.1 negotiate, start, deliver and end
  --help                show this

With --connector edc:

  The connectors are those of the tests (test/counterparts/edc). They run on Linux with Java 17 or
  newer, and Maven gathers them at the first start; root on Debian gets both installed. Those that
  run already are used and left running, the others are started, and ended at the end. Jobs are
  processes of this machine.

With --compute kubernetes:

  --agent-image IMAGE   image of dataspace-compute, which every job's pod has beside its worker;
                        default: what the variable DSC_AGENT_IMAGE says
  --worker-image IMAGE  image of the worker; default: localhost/demo-table-summary:1
  --namespace NAME      where the pods run; default: dataspace-compute-demo. If it is not there, it is
                        made, and removed at the end
  --host ADDRESS        address of this machine that pods reach: the object store listens there;
                        default: the one that the way to the cluster's nodes begins at

Both images have to be where the nodes find them. To make them with Docker, at the root of the repository:

  docker build -t localhost/dataspace-compute:demo .
  docker build -t localhost/demo-table-summary:1 demo/worker/table-summary

and then, for example, "kind load docker-image IMAGE" or "minikube image load IMAGE" for each.
`

export interface KubernetesOptions {
  readonly kubeconfig: string
  readonly agentImage: string
  readonly workerImage: string
  readonly namespace: string
  /** Null: to be found. */
  readonly host: string | null
}

export interface Options {
  readonly help: boolean
  readonly keep: boolean
  /** Who plays the connectors. */
  readonly connector: 'played' | 'edc'
  /** Null: jobs are processes of this machine. */
  readonly kubernetes: KubernetesOptions | null
}

const known = {
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  compute: { type: 'string', default: 'local' },
  connector: { type: 'string', default: 'played' },
  'agent-image': { type: 'string' },
  'worker-image': { type: 'string' },
  namespace: { type: 'string' },
  host: { type: 'string' },
} as const

const onlyInClusters = ['agent-image', 'worker-image', 'namespace', 'host'] as const

/** Throws with a sentence that says what is wrong with the options, and what to do. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({ args: [...args], options: known })
  const { keep, help, compute, connector } = values
  if (help) return { help, keep, connector: 'played', kubernetes: null }
  if (connector !== 'played' && connector !== 'edc')
    throw new Error(`--connector is played or edc, not "${connector}".`)
  if (compute !== 'local' && compute !== 'kubernetes')
    throw new Error(`--compute is local or kubernetes, not "${compute}".`)
  if (compute === 'local') {
    const alone = onlyInClusters.find((name) => values[name] !== undefined)
    if (alone !== undefined) throw new Error(`--${alone} needs --compute kubernetes.`)
    return { help, keep, connector, kubernetes: null }
  }
  if (connector === 'edc')
    throw new Error(
      '--connector edc and --compute kubernetes do not go together: with real connectors, jobs are processes of this machine. Leave one of them out.',
    )
  const kubeconfig = environment['KUBECONFIG'] ?? ''
  if (kubeconfig === '')
    throw new Error(
      'KUBECONFIG is not set. Set it to the file that says how your cluster is reached: KUBECONFIG="$HOME/.kube/config" npm run demo -- --compute kubernetes',
    )
  const agentImage = values['agent-image'] ?? environment['DSC_AGENT_IMAGE'] ?? ''
  if (agentImage === '')
    throw new Error(
      'There is no image for the agent. Build one of this repository (docker build -t localhost/dataspace-compute:demo .), bring it to the nodes, and name it with --agent-image or DSC_AGENT_IMAGE.',
    )
  const namespace = values.namespace ?? 'dataspace-compute-demo'
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw new Error(`"${namespace}" is no name for a namespace. Use small letters, digits and -.`)
  return {
    help,
    keep,
    connector,
    kubernetes: {
      kubeconfig,
      agentImage,
      workerImage: values['worker-image'] ?? 'localhost/demo-table-summary:1',
      namespace,
      host: values.host ?? null,
    },
  }
}
