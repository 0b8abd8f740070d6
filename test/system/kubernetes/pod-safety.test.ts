import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { V1NetworkPolicy } from '@kubernetes/client-node'
import { serviceLabel, labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { shellService } from '../../support/kubernetes-variables.ts'
import { podJobs, type PodJobs } from './pod-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

const unique = Math.random().toString(36).slice(2, 8)
const priorityClass = `dsc-test-${unique}`
const runtimeClass = `dsc-test-${unique}`
const secretValue = `secret-${unique}`

/** Looks for what a worker must not have. */
const looks = `
echo "tokens: $(ls /var/run/secrets /run/secrets 2>/dev/null)"
echo "agent: $(ls /dsc 2>/dev/null)"
echo "credentials: $(find / -name credentials.json -o -name task.json.gz 2>/dev/null)"
echo "variables: $(env | cut -d = -f 1 | grep -v '^\\(PWD\\|OLDPWD\\|SHLVL\\|HOSTNAME\\)$' | sort | tr '\\n' ' ')"
echo "programs: $(ps | grep -c dataspace-compute | tr '\\n' ' ')"
echo "capabilities: $(grep -E 'CapEff|NoNewPrivs' /proc/self/status | tr -s '\\t\\n' ' ')"
echo "seccomp: $(grep '^Seccomp:' /proc/self/status | tr -s '\\t\\n' ' ')"
echo "user: $(id -u)"
echo "shared: $(df -k /dev/shm | tail -1 | tr -s ' ' | cut -d ' ' -f 2,6)"
echo "secret: $SECRET"
`

const services = (desk: WorkerDesk) => [
  shellService('looks', `{ ${looks} } > /work/out/result; ${desk.begin}; ${desk.wait}`, {
    inputs: [{ name: 'settings.env', kind: 'environment', required: true }],
    egress: desk.egress,
    resources: {
      cpu: '100m',
      memory: '64Mi',
      ephemeralStorage: '32Mi',
      sharedMemory: '8Mi',
      profile: 'special',
    },
  }),
]

const profiles = {
  special: {
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'special', operator: 'Exists', effect: 'NoSchedule' }],
    runtimeClassName: runtimeClass,
    priorityClassName: priorityClass,
  },
}

describe('what a pod may', () => {
  let world: PodJobs
  before(async () => {
    world = await podJobs({
      services,
      files: { DSC_KUBERNETES_PROFILES_FILE: { profiles } },
      objects: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'neighbour' },
          spec: { selector: { app: 'neighbour' }, ports: [{ port: 80 }] },
        },
      ],
    })
    const { kubectl } = world
    await kubectl(['create', 'priorityclass', priorityClass, '--value=1000'])
    const runtime = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', handler: 'runc' }
    const document = { ...runtime, metadata: { name: runtimeClass } }
    await kubectl(['create', '-f', '-'], JSON.stringify(document))
  })
  after(async () => {
    await world.kubectl([
      'delete',
      `priorityclass/${priorityClass}`,
      `runtimeclass/${runtimeClass}`,
    ])
    await world[Symbol.asyncDispose]()
  })

  it('a pod of the restricted standard has no token, no credential and nothing of its neighbours, and the limits of its service', async () => {
    const consumer = await world.consumer()
    await consumer.put('settings.env', `SECRET=${secretValue}`)
    const id = await consumer.submit('looks')
    await world.desk.begun(id)
    const [pod] = await world.pods(id)
    const job = await world.jobObject(id)
    const policies = JSON.parse(await world.kubectl(['get', 'networkpolicies', '-o', 'json'])) as {
      readonly items: readonly V1NetworkPolicy[]
    }
    const secrets = (await world.kubectl(['get', 'secrets', '-o', 'name'])).split('\n')
    world.desk.release(id)
    const ended = await consumer.ended(id)
    assert.equal(ended.exitCode, 0, JSON.stringify(ended))
    const { text } = await consumer.call('GET', `/jobs/${id}/outputs/result`)

    assert.match(text, /^tokens: $/m)
    assert.match(text, /^agent: $/m)
    assert.match(text, /^credentials: $/m)
    assert.match(text, /^programs: 0 $/m)
    assert.match(text, /^capabilities: CapEff: 0000000000000000 NoNewPrivs: 1 $/m)
    assert.match(text, /^seccomp: Seccomp: 2 $/m)
    assert.match(text, /^user: 1000$/m)
    assert.match(text, /^shared: 8192 \/dev\/shm$/m)
    assert.match(text, new RegExp(`^secret: ${secretValue}$`, 'm'))
    const variables = /^variables: (.*)$/m.exec(text)?.[1] ?? ''
    assert.ok(!/NEIGHBOUR|TOKEN|AWS|S3/.test(variables), variables)

    assert.equal(pod?.spec?.automountServiceAccountToken, false)
    assert.equal(pod.spec.enableServiceLinks, false)
    const worker = pod.spec.containers[0]
    const amounts = { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '32Mi' }
    assert.deepEqual(worker?.resources?.limits, amounts)
    assert.deepEqual(worker.resources.requests, amounts)
    assert.ok(!worker.volumeMounts?.some(({ name }) => name === 'agent' || name === 'scratch'))
    assert.equal(pod.spec.nodeSelector?.['kubernetes.io/os'], 'linux')
    assert.equal(pod.spec.priorityClassName, priorityClass)
    assert.equal(pod.spec.priority, 1000)
    assert.equal(pod.spec.runtimeClassName, runtimeClass)
    assert.ok(pod.spec.tolerations?.some(({ key }) => key === 'special'))
    assert.ok(!JSON.stringify([job, pod]).includes(secretValue))
    assert.equal(secrets.filter((name) => name.startsWith(`secret/${id}-1-`)).length, 2)

    const own = policies.items.filter(
      ({ spec }) => spec?.podSelector?.matchLabels?.[labels.service] === serviceLabel('looks', 1),
    )
    assert.equal(own.length, 1)
    assert.deepEqual(own[0]?.spec?.policyTypes?.toSorted(), ['Egress', 'Ingress'])
    await world.nothingStays(id)
  })
})

describe('a queue of Kueue', () => {
  it('holds the Job suspended until it is admitted', async () => {
    await using world = await podJobs({
      services: () => [shellService('queued', 'echo made > /work/out/result')],
      variables: { DSC_KUEUE_QUEUE: 'research' },
    })
    const consumer = await world.consumer()
    const id = await consumer.submit('queued')
    const { state } = await consumer.when(
      id,
      'kueue-quota',
      ({ stateReason }) => stateReason?.code === 'kueue-quota',
    )
    assert.equal(state, 'QUEUED')
    const job = await world.jobObject(id)
    assert.equal(job?.spec?.suspend, true)
    assert.equal(job.metadata?.labels?.['kueue.x-k8s.io/queue-name'], 'research')
    assert.deepEqual(await world.pods(id), [])
    await world.kubectl(['patch', 'job', `${id}-1`, '-p', '{"spec":{"suspend":false}}'])
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, 'made\n')
    await world.nothingStays(id)
  })
})
