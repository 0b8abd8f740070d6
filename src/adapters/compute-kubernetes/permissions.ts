/** One right that the service needs in the namespace of the jobs. */
export interface Permission {
  readonly apiGroup: string
  readonly resource: string
  /** For what is asked below the resource: `log` of `pods/log`. */
  readonly subresource?: string
  readonly verb: string
  /** What the service does with it. */
  readonly purpose: string
  /** What does not work without it. */
  readonly lost: string
}

type Rights = Readonly<Record<string, readonly [purpose: string, lost: string]>>

const rights: Readonly<Record<string, Rights>> = {
  'batch/jobs': {
    create: ['one Job for each attempt', 'no job can start'],
    get: [
      'the Job that a start before a crash has made',
      'an attempt whose start was interrupted is never taken up again',
    ],
    list: [
      'the regular full comparison',
      'what a watch has missed is never found, and orphans stay in the cluster',
    ],
    watch: ['changes as they happen', 'no change of a job is seen'],
    delete: ['stopping and removing an attempt', 'ended jobs stay in the cluster'],
  },
  '/pods': {
    list: ['the regular full comparison', 'what a watch has missed is never found'],
    watch: ['changes as they happen', 'staging, start and end of workers are not seen'],
    delete: ['ending a worker with its grace time', 'cancel and the run limit do not work'],
  },
  '/pods/log': {
    get: ['the log of the worker', 'there are no logs of workers'],
  },
  '/secrets': {
    create: ["the worker's variables and the agent's credentials", 'no job can start'],
    patch: [
      'renewed credentials for the agent',
      'a job that outlives its store session delivers nothing',
    ],
  },
  '/events': {
    list: ['why a Job has no pod', 'a job whose pod the cluster refuses waits without a reason'],
  },
  'networking.k8s.io/networkpolicies': {
    create: ['what pods of one version of a service may reach', 'no job can start'],
    list: ['finding policies that nothing uses any more', 'old policies stay in the cluster'],
    update: ['keeping that policy as it has to be', 'no job can start where one is there already'],
    delete: ['removing it when no job needs it', 'old policies stay in the cluster'],
  },
}

/**
 * Everything that the code does with the cluster, all of it in the namespace of the jobs. The only declaration: the Role
 * of the chart is compared with it, and `check` asks for each.
 */
export const permissions: readonly Permission[] = Object.entries(rights).flatMap(
  ([path, verbs]) => {
    const [apiGroup = '', resource = '', subresource] = path.split('/')
    return Object.entries(verbs).map(([verb, [purpose, lost]]) => ({
      apiGroup,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      verb,
      purpose,
      lost,
    }))
  },
)

/** As people and `kubectl auth can-i` write it: `list pods/log`, `create jobs.batch`. */
export function permissionName({ apiGroup, resource, subresource, verb }: Permission): string {
  const group = apiGroup === '' ? '' : `.${apiGroup}`
  return `${verb} ${resource}${group}${subresource === undefined ? '' : `/${subresource}`}`
}
