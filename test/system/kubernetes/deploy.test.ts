import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  chart,
  ended,
  kubeconfigWithToken,
  repository,
  schemasOf,
  toolsFolder,
} from '../../support/cluster-tools.ts'
import { consumerClient, type ConsumerClient } from '../../support/consumer-client.ts'
import { openingBody, property, signal } from '../../support/control-plane-under-test.ts'
import { ends, jobsUnderTest, type ShownJob } from '../../support/fault-jobs.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables, shellService } from '../../support/kubernetes-variables.ts'
import { programPath } from '../../support/service-under-test.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'

const manifests = join(repository, 'deploy/manifests')
const valuesOf = (name: string) => join(repository, 'deploy/values', name)
const release = 'dsc'

let tools = ''
let cluster: Cluster
let folder = ''
let namespace = ''
/** The consumer's, of the release. */
let token = ''
before(async () => {
  tools = await toolsFolder()
  cluster = await startCluster()
  folder = await mkdtemp(join(tmpdir(), 'dsc-deploy-'))
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await cluster.kubectl([
    'delete',
    'persistentvolume',
    namespace,
    '--ignore-not-found',
    '--wait=false',
  ])
  await rm(folder, { recursive: true, force: true })
})

const helm = (...args: readonly string[]) =>
  ended(join(tools, 'helm'), args, { KUBECONFIG: cluster.kubeconfig })

/** What the chart makes of these values in the namespace of the test. */
const template = (...args: readonly string[]) =>
  helm('template', release, chart, '--namespace', namespace, '--kube-version', '1.34.0', ...args)

async function succeeds(run: ReturnType<typeof ended>): Promise<string> {
  const { code, stdout, stderr } = await run
  assert.equal(code, 0, stderr + stdout)
  return stdout
}

test('the manifests are fresh: deploy/render makes the same again', async () => {
  const again = join(folder, 'manifests')
  const variables = { HELM: join(tools, 'helm') }
  await succeeds(ended(join(repository, 'deploy/render'), [again], variables))
  assert.deepEqual(await readdir(again), await readdir(manifests))
  for (const name of await readdir(again)) {
    const [made, kept] = [join(again, name), join(manifests, name)]
    assert.equal(await readFile(made, 'utf8'), await readFile(kept, 'utf8'), name)
  }
})

test('helm lint has no complaint', async () => {
  await succeeds(helm('lint', '--strict', chart, '--values', valuesOf('trial.yaml')))
})

test("every manifest fits the cluster's own schemas, which refuse an unknown field", async () => {
  const places = ['api/v1', 'apis/apps/v1', 'apis/networking.k8s.io/v1', 'apis/policy/v1']
  const documents = await Promise.all(
    [...places, 'apis/rbac.authorization.k8s.io/v1'].map((place) =>
      cluster.kubectl(['get', '--raw', `/openapi/v3/${place}`]),
    ),
  )
  const schemas = join(folder, 'schemas')
  await mkdir(schemas)
  for (const [name, schema] of schemasOf(documents)) await writeFile(join(schemas, name), schema)
  const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`
  const kubeconform = (place: string) =>
    ended(join(tools, 'kubeconform'), ['-summary', '-schema-location', location, place])
  assert.match(await succeeds(kubeconform(manifests)), /Invalid: 0, Errors: 0, Skipped: 0/)
  const wrong = join(folder, 'wrong.yaml')
  const trial = await readFile(join(manifests, 'trial.yaml'), 'utf8')
  await writeFile(wrong, trial.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem'))
  const refused = await kubeconform(wrong)
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, /Deployment .*readOnlyRootFileSystem/s)
})

for (const name of ['trial.yaml', 'external-s3.yaml']) {
  test(`the API server takes ${name} in a dry run, and Pod Security has no warning`, async () => {
    const values = valuesOf(name)
    const jobs = ['--set', 'jobs.createNamespace=false', '--set', `jobs.namespace=${namespace}`]
    const made = await succeeds(template('--values', values, '--skip-tests', ...jobs))
    const file = join(folder, name)
    await writeFile(file, made)
    const kubectl = join(repository, 'test/counterparts/kubernetes/kubectl')
    const apply = ['apply', '--dry-run=server', '--validate=strict', '-f', file]
    const applied = await ended(kubectl, apply, { DSC_CLUSTER_KUBECONFIG: cluster.kubeconfig })
    assert.equal(applied.code, 0, applied.stderr)
    assert.match(applied.stdout, /deployment\.apps\/dsc created \(server dry run\)/)
    assert.doesNotMatch(applied.stderr, /Warning/)
  })
}

const refusals: readonly (readonly [settings: string, told: RegExp])[] = [
  ['replicas=2', /replicas: at most 1 .*several replicas come with PostgreSQL/],
  ['image.repository=', /image\.repository is needed/],
  ['jobs.createNamespace=true,jobs.namespace=', /jobs\.createNamespace: .* is the release's/],
  ['jobs.allowRoot=true', /jobs\.allowRoot: .*baseline/],
  ['store.type=s3', /store\.s3\.endpoint is needed[^]*store\.s3\.roleArn is needed/],
  ['store.type=tape', /store\.type|\/store\/type/],
  ['persistence.type=existing', /persistence\.existingClaim is needed/],
  ['ingress.enabled=true', /ingress\.consumer\.host is needed/],
  ['extraEnv[0].name=DSC_STORE', /extraEnv: DSC_STORE is set by this chart/],
  ['replica=1', /replica/],
  ['seconds.session=60', /session/],
]
for (const [settings, told] of refusals) {
  test(`the chart refuses ${settings} with a sentence`, async () => {
    const { code, stderr } = await template('--values', valuesOf('trial.yaml'), '--set', settings)
    assert.notEqual(code, 0)
    assert.match(stderr, told)
  })
}

test('a release called dsc runs, passes its own check, and runs a job for a consumer', async () => {
  const place = ['--namespace', namespace]
  const key = randomUUID()
  await cluster.kubectl([
    'create',
    'secret',
    'generic',
    'edc',
    `--from-literal=key=${key}`,
    ...place,
  ])
  await makeClaim()
  const offered = join(folder, 'offered.json')
  await writeFile(offered, JSON.stringify(offeredValues))
  const values = ['--values', join(repository, 'test/system/kubernetes/values.yaml')]
  const wait = ['--wait', '--timeout', '180s']
  await succeeds(helm('install', release, chart, ...place, ...values, '--values', offered, ...wait))
  const checked = await helm('test', release, ...place, '--timeout', '180s', '--logs')
  assert.equal(checked.code, 0, checked.stdout + checked.stderr)
  assert.match(checked.stdout, /^ok {4}permissions: all \d+ that jobs need in test-/m)
  assert.doesNotMatch(checked.stdout, /^FAIL/m)

  const unknown = await signal(await urlOf('connector'), 'start', openingBody())
  assert.equal(unknown.status, 401)
  const started = await signal(await urlOf('connector'), 'start', openingBody(), {
    'x-api-key': key,
  })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  token = property(started, 'authorization')
  const consumer = await consumerOfRelease()
  assert.equal((await consumer.call('PUT', '/inputs/a.txt', 'hello')).status, 201)
  const id = await submitted(consumer, 'shout')
  const job = await reached(consumer, id, ends)
  assert.equal(job.state, 'SUCCEEDED', JSON.stringify(job))
  assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, 'HELLO')
})

test('an upgrade while a job runs: another pod, and the job ends well for the same consumer', async () => {
  const consumer = await consumerOfRelease()
  const id = await submitted(consumer, 'slow')
  await reached(consumer, id, ['RUNNING', ...ends])
  const pod = ['get', 'pod', '--namespace', namespace, '-o', 'name', '-l', 'app.kubernetes.io/name']
  const before = await cluster.kubectl([...pod, '--field-selector=status.phase=Running'])
  const place = ['--namespace', namespace, '--reuse-values', '--wait', '--timeout', '180s']
  await succeeds(helm('upgrade', release, chart, ...place, '--set', 'podAnnotations.again=yes'))
  const later = await cluster.kubectl([...pod, '--field-selector=status.phase=Running'])
  assert.notEqual(later, before)
  const job = await reached(consumer, id, ends)
  assert.equal(job.state, 'SUCCEEDED', JSON.stringify(job))
  assert.equal(job.attempt, 1)
  assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, 'slow\n')
})

async function consumerOfRelease() {
  return consumerClient(`${await urlOf('consumer')}/v1`, token)
}

async function submitted(consumer: ConsumerClient, serviceId: string): Promise<string> {
  const answer = await consumer.call('POST', '/jobs', { serviceId })
  assert.equal(answer.status, 201, answer.text)
  return (answer.body as ShownJob).id
}

/** Looks again when nobody answers: a Service follows its pod with a delay. */
function reached(consumer: ConsumerClient, id: string, states: readonly string[]) {
  const look = async () => {
    const answer = await consumer.call('GET', `/jobs/${id}`).catch((error: unknown) => {
      if (error instanceof TypeError) return null
      throw error
    })
    const seen = answer?.body as ShownJob | undefined
    return seen !== undefined && states.includes(seen.state) && seen
  }
  return until(`${id} is ${states.join(' or ')}`, look, 120_000)
}

/** A volume on this machine, which is the node: the cluster makes none. */
async function makeClaim(): Promise<void> {
  const path = join(folder, 'volume')
  await mkdir(path)
  // fsGroup has no effect on such a volume.
  await chmod(path, 0o777)
  await chmod(folder, 0o755)
  const capacity = { storage: '4Gi' }
  const shared = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: namespace },
    spec: { ...shared, capacity, hostPath: { path }, persistentVolumeReclaimPolicy: 'Retain' },
  }
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace },
    spec: { ...shared, volumeName: namespace, resources: { requests: capacity } },
  }
  const list = { apiVersion: 'v1', kind: 'List', items: [volume, claim] }
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify(list))
}

const offeredValues = {
  persistence: { type: 'existing', existingClaim: 'data' },
  services: [
    shellService('shout', 'tr a-z A-Z < /work/in/a.txt > /work/out/result', {
      inputs: [{ name: 'a.txt', kind: 'file', mountPath: '/work/in', required: true }],
      resources: { profile: 'small' },
    }),
    shellService('slow', 'sleep 20; echo slow > /work/out/result'),
  ],
  controlPlanes: [
    {
      id: 'edc',
      protocol: 'dps',
      inbound: { type: 'api-key', keyFile: '/etc/dataspace-compute/secrets/edc-inbound' },
    },
  ],
  secrets: { files: [{ secretName: 'edc', key: 'key', path: 'edc-inbound' }] },
  jobs: { profiles: { small: { nodeSelector: { 'kubernetes.io/os': 'linux' } } } },
}

/** A listener's Service, as this machine, which is the node, reaches it. */
async function urlOf(listener: string): Promise<string> {
  const columns = '-o=jsonpath={.spec.clusterIP}:{.spec.ports[0].port}'
  const service = ['service', `${release}-${listener}`, '--namespace', namespace]
  return `http://${await cluster.kubectl(['get', ...service, columns])}`
}

/** A way to the cluster with the rights of the chart's service account alone. */
async function restrictedKubeconfig(): Promise<string> {
  const place = ['--namespace', namespace]
  const token = await cluster.kubectl(['create', 'token', release, ...place])
  const view = await cluster.kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json'])
  const path = join(folder, 'restricted-kubeconfig')
  await writeFile(path, kubeconfigWithToken(view, token), { mode: 0o600 })
  return path
}

test("jobs run, are followed and are cancelled with the rights of the chart's Role alone", async () => {
  const kubeconfig = await restrictedKubeconfig()
  await using jobs = await jobsUnderTest({
    variables: kubernetesVariables({ kubeconfig }, namespace),
    services: {
      'echo.service.yaml': shellService('echo', 'echo said; echo kept > /work/out/result'),
      'wait.service.yaml': shellService('wait', 'echo waiting; sleep 300'),
    },
  })
  const consumer = await jobs.consumer()
  const first = await consumer.submit('echo')
  const succeeded = await consumer.ended(first)
  assert.equal(succeeded.state, 'SUCCEEDED', JSON.stringify(succeeded))
  assert.match((await consumer.call('GET', `/jobs/${first}/logs`)).text, /^said$/m)
  const second = await consumer.submit('wait')
  await consumer.is(second, 'RUNNING')
  await consumer.call('POST', `/jobs/${second}/cancel`)
  assert.equal((await consumer.ended(second)).state, 'CANCELLED')
})

test('check names the one right that the Role lost', async () => {
  const place = ['--namespace', namespace]
  const role = JSON.parse(
    await cluster.kubectl(['get', 'role', `${release}-jobs`, ...place, '-o', 'json']),
  ) as { rules: { resources: string[]; verbs: string[] }[] }
  const secrets = role.rules.find(({ resources }) => resources.includes('secrets'))
  assert.ok(secrets)
  secrets.verbs = secrets.verbs.filter((verb) => verb !== 'patch')
  await cluster.kubectl(['replace', ...place, '-f', '-'], JSON.stringify(role))
  const { code, stdout } = await ended(process.execPath, [programPath, 'check'], {
    ...kubernetesVariables({ kubeconfig: await restrictedKubeconfig() }, namespace),
    DSC_CLUSTER_KUBECONFIG: undefined,
    DSC_DATA_DIR: join(folder, 'data'),
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_STORE_RESERVE_BYTES: '0',
  })
  assert.equal(code, 1, stdout)
  const failures = stdout.split('\n').filter((line) => line.startsWith('FAIL'))
  assert.equal(failures.length, 1, failures.join('\n'))
  assert.match(failures[0] ?? '', /permissions: patch secrets is not allowed/)
})

test('an uninstalled release leaves nothing of the service in its namespace', async () => {
  const place = ['--namespace', namespace]
  await succeeds(helm('uninstall', release, ...place, '--wait', '--timeout', '90s'))
  const kinds = 'deployment,service,role,rolebinding,networkpolicy,poddisruptionbudget,configmap'
  const selector = `app.kubernetes.io/instance=${release}`
  const left = await cluster.kubectl(['get', kinds, ...place, '-l', selector, '-o', 'name'])
  assert.equal(left, '')
})
