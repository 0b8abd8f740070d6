import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parseHardwareProfiles } from '../../src/adapters/compute-kubernetes/hardware-profiles.ts'
import { jobDocument } from '../../src/adapters/compute-kubernetes/job-document.ts'
import type { JobSettings } from '../../src/adapters/compute-kubernetes/job-settings.ts'
import { networkPolicy } from '../../src/adapters/compute-kubernetes/network-policy.ts'
import { podPlaces } from '../../src/adapters/compute-kubernetes/pod-places.ts'
import { secretDocuments } from '../../src/adapters/compute-kubernetes/secret-documents.ts'
import { serviceRefusal } from '../../src/adapters/compute-kubernetes/service-refusal.ts'
import { workerVariables } from '../../src/adapters/compute-kubernetes/worker-variables.ts'
import type { AttemptSpec } from '../../src/application/ports/compute-backend.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { attemptSpec, jobSettings } from '../support/kubernetes-specs.ts'

function documentOf(spec: AttemptSpec, settings: JobSettings = jobSettings()) {
  const places = podPlaces(spec)
  const { env } = workerVariables(spec, [])
  const job = jobDocument(spec, settings, places, env)
  const pod = job.spec?.template.spec
  const [agent] = pod?.initContainers ?? []
  const [worker] = pod?.containers ?? []
  assert.ok(pod && agent && worker)
  return { job, pod, agent, worker }
}

test('a Job runs one pod once, under a name and labels that its attempt alone gives', () => {
  const { job, pod } = documentOf(attemptSpec({ limits: { collectSeconds: 77 } }))
  assert.equal(job.metadata?.name, 'job-01-1')
  assert.equal(job.metadata.namespace, 'jobs')
  assert.deepEqual(job.metadata.labels, {
    'app.kubernetes.io/managed-by': 'dataspace-compute',
    'dataspace-compute/installation': '0123456789abcdef',
    'dataspace-compute/workspace': 'ws-01',
    'dataspace-compute/job': 'job-01',
    'dataspace-compute/attempt': '1',
    'dataspace-compute/service-version': job.metadata.labels?.['dataspace-compute/service-version'],
  })
  assert.equal(job.metadata.finalizers, undefined)
  assert.deepEqual(
    [
      job.spec?.backoffLimit,
      job.spec?.completions,
      job.spec?.podReplacementPolicy,
      pod.restartPolicy,
    ],
    [0, 1, 'Failed', 'Never'],
  )
  assert.equal(pod.terminationGracePeriodSeconds, 77)
})

test('agent and worker are fit for Pod Security restricted, and have no token and no service links', () => {
  const { pod, agent, worker } = documentOf(attemptSpec({}))
  assert.equal(pod.automountServiceAccountToken, false)
  assert.equal(pod.enableServiceLinks, false)
  assert.equal(pod.securityContext?.runAsNonRoot, true)
  assert.deepEqual(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' })
  for (const { securityContext } of [agent, worker]) {
    assert.equal(securityContext?.runAsNonRoot, true)
    assert.equal(securityContext.allowPrivilegeEscalation, false)
    assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] })
  }
  assert.equal(agent.securityContext?.readOnlyRootFilesystem, true)
  assert.equal(agent.restartPolicy, 'Always')
  assert.equal(worker.securityContext?.runAsUser, undefined)
  const mounted = worker.volumeMounts?.map(({ mountPath }) => mountPath) ?? []
  assert.ok(mounted.every((path) => !path.startsWith('/dsc')))
})

test('a worker user in numbers is the agent’s too, and their volumes belong to its group', () => {
  const { pod, agent, worker } = documentOf(
    attemptSpec({ worker: { image: 'a', user: '1000:2000' } }),
  )
  for (const { securityContext } of [agent, worker]) {
    assert.deepEqual([securityContext?.runAsUser, securityContext?.runAsGroup], [1000, 2000])
  }
  assert.equal(pod.securityContext?.fsGroup, 2000)
})

test('a worker that is root keeps nothing that forbids it', () => {
  const { pod, worker } = documentOf(attemptSpec({ worker: { image: 'a', user: 'root' } }))
  assert.equal(pod.securityContext?.runAsNonRoot, undefined)
  assert.equal(worker.securityContext?.runAsUser, 0)
  assert.equal(worker.securityContext.allowPrivilegeEscalation, false)
})

test('no secret stands in the Job; values are in Secrets that the Job refers to one by one', async () => {
  const spec = attemptSpec(
    { worker: { image: 'a', env: { MODE: 'fast $(TOKEN)' }, secretEnv: { LICENSE: 'keys/one' } } },
    [],
    { variables: { TOKEN: 'canary-parameter' } },
  )
  const environments = [new Map([['FROM_FILE', 'canary-dotenv']])]
  const places = podPlaces(spec)
  const { env, secret } = workerVariables(spec, environments)
  const job = jobDocument(spec, jobSettings(), places, env)
  assert.doesNotMatch(JSON.stringify(job), /canary/)
  assert.deepEqual(secret, {
    FROM_FILE: 'canary-dotenv',
    MODE: 'fast $(TOKEN)',
    TOKEN: 'canary-parameter',
  })
  const references = Object.fromEntries(
    env.flatMap(({ name, valueFrom }) => (valueFrom ? [[name, valueFrom.secretKeyRef]] : [])),
  )
  assert.deepEqual(references['LICENSE'], { name: 'keys', key: 'one' })
  assert.deepEqual(references['TOKEN'], { name: 'job-01-1-worker', key: 'TOKEN' })
  const [worker, agent] = await secretDocuments(spec, jobSettings(), places, secret)
  assert.deepEqual(Object.keys(worker?.data ?? {}), Object.keys(secret))
  assert.deepEqual(
    (await secretDocuments(spec, jobSettings(), places, {})).map(({ metadata }) => metadata?.name),
    ['job-01-1-agent'],
  )
  const task = gunzipSync(Buffer.from(agent?.data?.['task.json.gz'] ?? '', 'base64')).toString()
  assert.doesNotMatch(task, /canary/)
})

test('files are mounted one by one, and go into the folder that is mounted over their place', () => {
  const spec = attemptSpec(
    {
      inputs: [
        { name: 'a.txt', kind: 'file', mountPath: '/app/in' },
        { name: 'set.zip', kind: 'archive', mountPath: '/data' },
        { name: 'more', kind: 'directory', mountPath: '/data/more' },
        { name: 'b.txt', kind: 'file', mountPath: '/data/deep' },
        { name: 'absent', kind: 'file', mountPath: '/app/in', required: false },
        { name: 'settings.env', kind: 'environment' },
      ],
    },
    ['a.txt', 'set.zip', 'more', 'b.txt', 'settings.env'],
  )
  const { inputs, mounts } = podPlaces(spec)
  assert.deepEqual(
    mounts.map(({ mountPath, subPath }) => [mountPath, subPath]),
    [
      ['/data', 'folder-0'],
      ['/app/in/a.txt', 'file-0/a.txt'],
    ],
  )
  assert.deepEqual(
    inputs.map(({ name, target }) => [name, target]),
    [
      ['a.txt', '/dsc/inputs/file-0/a.txt'],
      ['set.zip', '/dsc/inputs/folder-0'],
      ['more', '/dsc/inputs/folder-0/more'],
      ['b.txt', '/dsc/inputs/folder-0/deep/b.txt'],
      ['settings.env', null],
    ],
  )
})

test('ten thousand pinned objects fit into the agent’s Secret', async () => {
  const objects = Array.from({ length: 10_000 }, (_, index) => ({
    key: `inputs/set/part-${String(index).padStart(6, '0')}/some-longer-name-of-a-file.parquet`,
    etag: `"${(index * 7919).toString(16).padStart(32, '0')}"`,
    bytes: 1_000_000 + index,
  }))
  const service = { inputs: [{ name: 'set', kind: 'directory', mountPath: '/data' }] }
  const pinned = { set: { input: 'set', bytes: 1, sha256: null, objects } }
  const spec = attemptSpec(service, [], { inputs: pinned })
  const [agent] = await secretDocuments(spec, jobSettings(), podPlaces(spec), {})
  const bytes = Buffer.from(agent?.data?.['task.json.gz'] ?? '', 'base64').length
  assert.ok(bytes > 1000 && bytes < 700_000, `${bytes} bytes`)
})

test('variables that no Secret can hold are refused before anything is made', async () => {
  const spec = attemptSpec({})
  await assert.rejects(
    secretDocuments(spec, jobSettings(), podPlaces(spec), { BIG: 'x'.repeat(1_100_000) }),
    (error) => error instanceof FailureError && error.failure.code === 'environment-invalid',
  )
})

test('resources are asked for and limited; shared memory and GPUs as the service says', () => {
  const resources = {
    cpu: '2',
    memory: '4Gi',
    ephemeralStorage: '20Gi',
    sharedMemory: '1Gi',
    gpu: { resource: 'nvidia.com/gpu', count: 2 },
  }
  const { job, pod, worker } = documentOf(
    attemptSpec({
      resources,
      outputDirectory: '/work/out',
      outputs: [{ name: 'a', kind: 'file' }],
    }),
  )
  const amounts = {
    cpu: '2',
    memory: '4Gi',
    'ephemeral-storage': '20Gi',
    'nvidia.com/gpu': '2',
  }
  assert.deepEqual(worker.resources, { requests: amounts, limits: amounts })
  const shm = worker.volumeMounts?.find(({ mountPath }) => mountPath === '/dev/shm')
  const volume = pod.volumes?.find(({ name }) => name === shm?.name)
  assert.deepEqual(volume?.emptyDir, { medium: 'Memory', sizeLimit: '1Gi' })
  const outputs = pod.volumes?.find(({ name }) => name === 'outputs')
  assert.deepEqual(outputs?.emptyDir, { sizeLimit: '20Gi' })
  assert.equal(job.metadata?.annotations?.['dataspace-compute/gpu-count'], '2')
})

const profilesYaml = `
profiles:
  a100:
    nodeSelector: { accelerator: a100 }
    tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]
    runtimeClassName: nvidia
    priorityClassName: batch
    queue: gpu-queue
  plain: {}
`

test('a hardware profile decides where the pod runs', () => {
  const profiles = parseHardwareProfiles(profilesYaml)
  const { job, pod } = documentOf(
    attemptSpec({ resources: { profile: 'a100' } }),
    jobSettings({ profiles }),
  )
  assert.deepEqual(pod.nodeSelector, { accelerator: 'a100' })
  assert.deepEqual(pod.tolerations, [
    { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  ])
  assert.equal(pod.runtimeClassName, 'nvidia')
  assert.equal(pod.priorityClassName, 'batch')
  assert.equal(job.metadata?.labels?.['kueue.x-k8s.io/queue-name'], 'gpu-queue')
})

test('profiles that are not understood are refused, each place named', () => {
  assert.throws(
    () => parseHardwareProfiles('profiles: { a: { nodeSelektor: {} } }'),
    /nodeSelektor/,
  )
  assert.throws(() => parseHardwareProfiles('profiles: ['), /is no YAML/)
})

test('with a queue a Job is created suspended and labelled; without one it runs at once', () => {
  const queued = documentOf(attemptSpec({}), jobSettings({ kueueQueue: 'team-a' })).job
  assert.equal(queued.spec?.suspend, true)
  assert.equal(queued.metadata?.labels?.['kueue.x-k8s.io/queue-name'], 'team-a')
  const { job } = documentOf(attemptSpec({}))
  assert.equal(job.spec?.suspend, false)
  assert.equal(job.metadata?.labels?.['kueue.x-k8s.io/queue-name'], undefined)
})

test('a network policy denies everything but names, the store and what the service says', () => {
  const spec = attemptSpec({
    egress: [{ cidr: '10.1.0.0/16', ports: [443] }, { cidr: '10.2.0.0/16' }],
  })
  const { metadata, spec: policy } = networkPolicy(
    spec,
    jobSettings({ storeCidrs: ['10.9.0.0/24'], storePort: 9000 }),
  )
  const { job } = documentOf(spec)
  const podLabels = job.spec?.template.metadata?.labels ?? {}
  for (const [name, value] of Object.entries(policy?.podSelector?.matchLabels ?? {})) {
    assert.equal(podLabels[name], value)
  }
  assert.match(metadata?.name ?? '', /^dataspace-compute-0123456789abcdef-sv-[0-9a-f]{20}$/)
  const other = networkPolicy(spec, jobSettings({ installationId: 'fedcba9876543210' }))
  assert.notEqual(other.metadata?.name, metadata?.name)
  assert.deepEqual(policy?.policyTypes, ['Ingress', 'Egress'])
  assert.deepEqual(policy.ingress, [])
  assert.deepEqual(policy.egress, [
    {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    { ports: [{ protocol: 'TCP', port: 9000 }], to: [{ ipBlock: { cidr: '10.9.0.0/24' } }] },
    { to: [{ ipBlock: { cidr: '10.1.0.0/16' } }], ports: [{ protocol: 'TCP', port: 443 }] },
    { to: [{ ipBlock: { cidr: '10.2.0.0/16' } }] },
  ])
})

test('what cannot run here is refused at submission, with the reason', () => {
  const refusal = (service: Record<string, unknown>, settings = jobSettings()) =>
    serviceRefusal(attemptSpec(service).service, settings)
  assert.match(refusal({ worker: { command: ['a'] } }) ?? '', /worker\.image/)
  assert.match(refusal({ worker: { image: 'a', user: 'root' } }) ?? '', /root/)
  assert.match(refusal({ worker: { image: 'a', user: '0:0' } }) ?? '', /root/)
  const rooted = jobSettings({ allowRoot: true })
  assert.equal(refusal({ worker: { image: 'a', user: 'root' } }, rooted), null)
  assert.match(refusal({ resources: { profile: 'h100' } }) ?? '', /h100.*there are none/)
  assert.equal(refusal({}), null)
})
