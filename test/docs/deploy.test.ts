import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { parse, parseAllDocuments } from 'yaml'
import { labels, managedBy } from '../../src/adapters/compute-kubernetes/names.ts'
import { permissions } from '../../src/adapters/compute-kubernetes/permissions.ts'
import { readConfiguration } from '../../src/config/configuration.ts'
import { isInjectedByKubernetes, variables, type Variable } from '../../src/config/variables.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const textOf = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const chart = 'deploy/helm/dataspace-compute'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

interface Ports {
  readonly ports: readonly { readonly port: number }[]
  readonly from?: readonly unknown[]
}

interface Container {
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly securityContext: unknown
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

/** What the tests read of an object of a manifest. */
interface KubernetesObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly rules?: readonly Rule[]
  readonly spec?: {
    readonly replicas?: number
    readonly strategy?: unknown
    readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly Ports[]
    readonly egress?: readonly Ports[]
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[]
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly automountServiceAccountToken: boolean
        readonly terminationGracePeriodSeconds: number
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly containers: readonly Container[]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

const manifests = globSync('deploy/manifests/*.yaml', { cwd: root }).map((path) => ({
  path,
  objects: parseAllDocuments(textOf(path)).map(
    (document): KubernetesObject => document.toJS() as KubernetesObject,
  ),
}))

function only(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const [found, ...more] = objects.filter((object) => object.kind === kind)
  assert(found !== undefined && more.length === 0, `there must be one ${kind}`)
  return found
}

function podOf(objects: readonly KubernetesObject[]) {
  const template = only(objects, 'Deployment').spec?.template
  const [container, ...more] = template?.spec.containers ?? []
  assert(template !== undefined && container !== undefined && more.length === 0)
  return { labels: template.metadata.labels, pod: template.spec, container }
}

test('there is one manifest for each values file', () => {
  const names = (pattern: string) => globSync(pattern, { cwd: root }).map((path) => basename(path))
  assert.deepEqual(names('deploy/manifests/*.yaml').sort(), names('deploy/values/*.yaml').sort())
  assert.ok(manifests.length >= 2)
})

for (const { path, objects } of manifests) {
  const name = basename(path)

  test(`${name}: the Role grants what the code declares, verb by verb, and nothing more`, () => {
    const granted = (only(objects, 'Role').rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    )
    const declared = permissions.map(({ apiGroup, resource, subresource, verb }) => {
      const below = subresource === undefined ? '' : `/${subresource}`
      return `${verb} ${apiGroup}/${resource}${below}`
    })
    assert.deepEqual(granted.sort(), declared.sort())
    assert.deepEqual(
      objects.filter(({ kind }) => kind.startsWith('Cluster')),
      [],
    )
  })

  test(`${name}: the service accepts the environment that the pod gets`, () => {
    const { container } = podOf(objects)
    const environment = Object.fromEntries(container.env.map((entry) => [entry.name, entry.value]))
    const mounted = container.volumeMounts.map(({ mountPath }) => `${mountPath}/`)
    const configuration = readConfiguration(environment, (file) => {
      assert.ok(
        mounted.some((folder) => file.startsWith(folder)),
        `${file} is not mounted`,
      )
      return 'secret'
    })
    assert.equal(configuration.text('DSC_COMPUTE'), 'kubernetes')
    assert.equal(configuration.text('DSC_HOST'), '0.0.0.0')
    assert.ok(configuration.text('DSC_AGENT_IMAGE'))
    const data = `${configuration.required('DSC_DATA_DIR')}/`
    assert.ok(mounted.some((folder) => data.startsWith(folder)))
    const secrets = Object.entries<Variable>(variables)
      .filter(([key, { secret }]) => secret === true && key in environment)
      .map(([key]) => key)
    assert.deepEqual(secrets, [], 'secrets are given as files of Secrets, never as values')
  })

  test(`${name}: the pod keeps to Pod Security level restricted, with a read-only root`, () => {
    const { pod, container } = podOf(objects)
    const { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile } = pod.securityContext
    assert.deepEqual(
      { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile },
      {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    )
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    assert.ok(container.volumeMounts.some(({ mountPath }) => mountPath === '/tmp'))
    assert.equal(pod.automountServiceAccountToken, true)
    assert.ok(pod.terminationGracePeriodSeconds > 10, 'a stop takes up to 10 seconds')
  })

  test(`${name}: one process on the database, also during an update`, () => {
    const { spec } = only(objects, 'Deployment')
    assert.equal(spec?.replicas, 1)
    assert.deepEqual(spec.strategy, { type: 'Recreate' })
  })

  test(`${name}: each listener has one Service on its own port; the store only when embedded`, () => {
    const { container } = podOf(objects)
    const embedded = container.env.some(
      (entry) => entry.name === 'DSC_STORE' && entry.value === 'embedded',
    )
    const listeners = ['consumer', 'connector', 'management', ...(embedded ? ['store'] : [])]
    assert.deepEqual(
      container.ports.map((port) => port.name),
      listeners,
    )
    const ports = objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap(({ spec }) => spec?.ports ?? [])
      .map(({ port, targetPort }) => ({ name: targetPort, containerPort: port }))
    assert.deepEqual(ports, container.ports)
  })

  test(`${name}: management and connector are open to named peers alone`, () => {
    const { container, labels: podLabels } = podOf(objects)
    const policy = objects.find(
      ({ kind, spec }) =>
        kind === 'NetworkPolicy' &&
        spec?.podSelector?.matchLabels['app.kubernetes.io/name'] ===
          podLabels['app.kubernetes.io/name'],
    )
    assert.deepEqual(policy?.spec?.policyTypes, ['Ingress'])
    const ingress: readonly Ports[] = policy.spec.ingress ?? []
    for (const listener of ['connector', 'management']) {
      const port = container.ports.find((one) => one.name === listener)?.containerPort
      assert.ok(port)
      for (const { ports, from = [] } of ingress) {
        const concerns = ports.some((one) => one.port === port)
        assert.ok(!concerns || from.length > 0, `${listener} is open`)
      }
    }
    for (const { ports } of ingress) assert.ok(ports.length > 0)
  })

  test(`${name}: pods of jobs are denied everything, and nothing else is taken for one`, () => {
    const isOurs = (found: Readonly<Record<string, string>> | undefined) =>
      found?.[labels.managedBy] === managedBy
    const denial = objects.find(
      ({ kind, spec }) => kind === 'NetworkPolicy' && isOurs(spec?.podSelector?.matchLabels),
    )
    assert.deepEqual(denial?.spec, {
      podSelector: { matchLabels: { [labels.managedBy]: managedBy } },
      policyTypes: ['Ingress', 'Egress'],
    })
    assert.equal(denial.metadata.namespace, only(objects, 'Role').metadata.namespace)
    const { labels: podLabels } = podOf(objects)
    assert.ok(!isOurs(podLabels))
    assert.ok(objects.every(({ metadata }) => !isOurs(metadata.labels)))
  })
}

test('the chart sets only variables that exist, and has a value for all but a few', () => {
  const templates = globSync(`${chart}/templates/**/*.{tpl,yaml}`, { cwd: root }).map(textOf)
  const named = new Set(
    templates.flatMap((text) => [...text.matchAll(/\bDSC_[A-Z0-9_]+/g)].map(([name]) => name)),
  )
  assert.deepEqual(
    [...named].filter((name) => !Object.hasOwn(variables, name)),
    [],
  )
  const without = Object.keys(variables).filter((name) => !named.has(name))
  assert.deepEqual(without, [
    'DSC_CONSUMER_HOST',
    'DSC_CONNECTOR_HOST',
    'DSC_MANAGEMENT_HOST',
    'DSC_DATABASE_URL',
    'DSC_COMPUTE_LOCAL',
    'KUBECONFIG',
    'DSC_ROLES',
  ])
})

test('variables that Kubernetes injects for the Services of a release called dsc are ignored', () => {
  for (const name of ['CONSUMER', 'CONNECTOR', 'MANAGEMENT', 'STORE']) {
    const injected = {
      [`DSC_${name}_SERVICE_HOST`]: '10.0.0.1',
      [`DSC_${name}_SERVICE_PORT`]: '8080',
      [`DSC_${name}_SERVICE_PORT_${name}`]: '8080',
      [`DSC_${name}_PORT`]: 'tcp://10.0.0.1:8080',
      [`DSC_${name}_PORT_8080_TCP`]: 'tcp://10.0.0.1:8080',
      [`DSC_${name}_PORT_8080_TCP_PROTO`]: 'tcp',
      [`DSC_${name}_PORT_8080_TCP_PORT`]: '8080',
      [`DSC_${name}_PORT_8080_TCP_ADDR`]: '10.0.0.1',
    }
    const missed = Object.entries(injected).filter(
      ([key, value]) => !isInjectedByKubernetes(key, value),
    )
    assert.deepEqual(missed, [])
  }
})

const schema = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile(
  JSON.parse(textOf(`${chart}/values.schema.json`)) as object,
)

test('the values of the chart and of each set-up fit their schema, which knows every value', () => {
  const files = [
    `${chart}/values.yaml`,
    ...globSync('deploy/values/*.yaml', { cwd: root }),
    'test/system/kubernetes/values.yaml',
  ]
  for (const file of files) {
    assert.equal(schema(parse(textOf(file))), true, `${file}: ${JSON.stringify(schema.errors)}`)
  }
  const properties = Object.keys((schema.schema as { properties: object }).properties)
  const values = Object.keys(parse(textOf(`${chart}/values.yaml`)) as object)
  assert.deepEqual(properties.filter((name) => name !== 'global').sort(), values.sort())
})

const refused: readonly (readonly [reason: string, values: object])[] = [
  ['a name that does not exist', { replica: 1 }],
  ['a store that does not exist', { store: { type: 'minio' } }],
  ['an address without a scheme', { urls: { consumer: 'compute.example.com' } }],
  ['a secret as a value', { secrets: { managementKey: 'a-key' } }],
  ['a port that only root may open', { listeners: { consumer: { port: 80 } } }],
  ['a grace period in which the service cannot drain', { terminationGracePeriodSeconds: 10 }],
  ['a duration in words', { seconds: { token: '1h' } }],
  [
    'a peer of a policy that would mean everybody',
    { networkPolicy: { management: { from: [{}] } } },
  ],
  ['a profile with an unknown setting', { jobs: { profiles: { a100: { nodeselector: {} } } } }],
  [
    'a file of a Secret outside of its folder',
    {
      secrets: { files: [{ secretName: 'a', key: 'b', path: '../c' }] },
    },
  ],
  [
    'pods of the service that look like pods of jobs',
    {
      podLabels: { 'app.kubernetes.io/managed-by': 'dataspace-compute' },
    },
  ],
]
for (const [reason, values] of refused) {
  test(`values are refused: ${reason}`, () => {
    assert.equal(schema(values), false)
  })
}
