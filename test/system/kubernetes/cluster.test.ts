import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { spawn } from 'node:child_process'
import { after, before, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  hostAddress,
  openWatches,
  startCluster,
  type Cluster,
} from '../../support/kubernetes-cluster.ts'
import { until } from '../../support/until.ts'

/** The counterpart itself: what the other tests of this folder take for granted. */
let cluster: Cluster
const namespace = `cluster-${process.pid}`

before(async () => {
  cluster = await startCluster()
  await cluster.kubectl(['create', 'namespace', namespace])
})

after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=60s'])
  await cluster.down()
})

interface Pod {
  readonly status: {
    readonly phase: string
    readonly reason?: string
    readonly containerStatuses?: readonly {
      readonly imageID: string
      readonly state: { readonly terminated?: { readonly exitCode: number } }
    }[]
  }
}

const inNamespace = (...args: readonly string[]) => ['--namespace', namespace, ...args]

const podOf = async (name: string) =>
  JSON.parse(await cluster.kubectl(inNamespace('get', 'pod', name, '-o', 'json'))) as Pod

async function createPod(name: string, container: Readonly<Record<string, unknown>>) {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 2,
      containers: [{ name: 'worker', imagePullPolicy: 'Never', ...container }],
    },
  }
  await cluster.kubectl(inNamespace('create', '-f', '-'), JSON.stringify(pod))
}

async function ended(name: string) {
  const { status } = await until(
    `the end of pod ${name}`,
    async () => {
      const pod = await podOf(name)
      return ['Succeeded', 'Failed'].includes(pod.status.phase) && pod
    },
    120_000,
  )
  return {
    reason: status.reason,
    exitCode: status.containerStatuses?.[0]?.state.terminated?.exitCode,
    imageId: status.containerStatuses?.[0]?.imageID,
    log: status.reason === undefined ? await cluster.kubectl(inNamespace('logs', name)) : '',
  }
}

async function listening(t: TestContext, server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve)
  })
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

const variable = (name: string, value: string) => ({ name, value })

test('the node is ready and of the version that is said', async () => {
  const version = ['get', 'nodes', '-o', 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}']
  assert.equal(await cluster.kubectl(version), 'v1.34.4')
  await cluster.kubectl(['wait', '--for=condition=Ready', 'node/node', '--timeout=5s'])
})

const output = variable('OUTPUT', '/tmp/out')
const workers: readonly {
  readonly image: string
  readonly container?: Readonly<Record<string, unknown>>
  readonly exitCode?: number
  readonly says: RegExp
}[] = [
  { image: 'worker-node', container: { env: [output] }, says: /^0 files, 0 MiB taken/m },
  {
    image: 'worker-busybox',
    container: {
      env: [
        output,
        variable('SECONDS_TO_RUN', '2'),
        variable('SOURCE', '/app/entrypoint.sh'),
        variable('DESTINATION', 'folder/result'),
      ],
    },
    says: /^second 1\nsecond 2\nmoved \/app\/entrypoint.sh to \/tmp\/out\/folder\/result$/m,
  },
  { image: 'worker-busybox', exitCode: 1, says: /^DESTINATION is not set$/m },
  {
    image: 'worker-python',
    container: { env: [variable('BYTES', '3000000')] },
    says: /^sha256 [0-9a-f]{64}$/m,
  },
  { image: 'worker-root', says: /^uid=0\(root\)/m },
  { image: 'worker-named', container: { env: [output] }, says: /^uid=1000\(user\)/m },
]

for (const [index, { image, container, exitCode = 0, says }] of workers.entries()) {
  test(`a pod of ${image} runs and ends with ${exitCode}`, async () => {
    const name = `${image}-${index}`
    await createPod(name, { image: `localhost/${image}:1`, ...container })
    const end = await ended(name)
    assert.equal(end.exitCode, exitCode, end.log)
    assert.match(end.log, says)
  })
}

test('a pod of the product runs with a read-only root, and a shell beside it', async () => {
  const image = 'localhost/dataspace-compute:test'
  const securityContext = {
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  }
  await createPod('product', { image, securityContext, args: ['help'] })
  const shell = ['/bin/sh', '-c', 'test -r /app/dist/main.js && cat /app/package.json']
  await createPod('product-shell', { image, securityContext, command: shell })
  const help = await ended('product')
  assert.match(help.log, /^usage: dataspace-compute COMMAND/)
  assert.equal(help.exitCode, 0)
  assert.match((await ended('product-shell')).log, /"name": "dataspace-compute"/)
})

test('an image that is built again from the same files has the same digest', async () => {
  const [first, second] = [
    await cluster.loadImages('worker-busybox'),
    await cluster.loadImages('worker-busybox'),
  ]
  assert.deepEqual(first, second)
  assert.match(first.get('localhost/worker-busybox:1') ?? '', /^sha256:[0-9a-f]{64}$/)
})

test('a pod reaches what listens on the host', async (t) => {
  const server = createServer((_request, response) => response.end('from the host'))
  const port = await listening(t, server, hostAddress)
  const command = ['wget', '-q', '-O', '-', `http://${hostAddress}:${port}/`]
  await createPod('host', { image: 'localhost/busybox:1', command })
  assert.equal((await ended('host')).log, 'from the host')
})

test('a pod that writes more than its ephemeral storage is evicted', async () => {
  await createPod('greedy', {
    image: 'localhost/busybox:1',
    command: [
      '/bin/sh',
      '-c',
      'trap "exit 143" TERM; dd if=/dev/zero of=/tmp/x bs=1M count=20; while :; do sleep 1; done',
    ],
    resources: { limits: { 'ephemeral-storage': '5Mi' } },
  })
  assert.equal((await ended('greedy')).reason, 'Evicted')
})

test('a pod beyond the quota is refused', async (t) => {
  await cluster.kubectl(inNamespace('create', 'quota', 'none', '--hard=count/configmaps=0'))
  t.after(() => cluster.kubectl(inNamespace('delete', 'quota', 'none')))
  await until('the quota is in force', async () => {
    const used = inNamespace('get', 'quota', 'none', '-o', 'jsonpath={.status.hard}')
    return (await cluster.kubectl(used)) !== ''
  })
  await assert.rejects(
    cluster.kubectl(inNamespace('create', 'configmap', 'one')),
    /exceeded quota: none/,
  )
})

test('the audit log tells of a watch when it begins and when it ends', async (t) => {
  const events = await cluster.audit()
  const watches = async () => {
    const open = openWatches(await events())
    return open.filter(({ objectRef }) => objectRef?.namespace === namespace)
  }
  const kubectl = fileURLToPath(new URL('../../counterparts/kubernetes/kubectl', import.meta.url))
  const watching = spawn(kubectl, inNamespace('get', 'jobs', '--watch'), {
    stdio: 'ignore',
    env: { ...process.env, DSC_CLUSTER_KUBECONFIG: cluster.kubeconfig },
  })
  t.after(() => watching.kill('SIGKILL'))
  const open = await until('an open watch', async () => {
    const found = await watches()
    return found.length > 0 && found
  })
  assert.deepEqual(
    open.map(({ objectRef }) => objectRef?.resource),
    ['jobs'],
  )
  for (const { userAgent } of open) assert.match(userAgent ?? '', /^kubectl\/v1.34.4/)
  watching.kill('SIGTERM')
  await until('no open watch', async () => (await watches()).length === 0)
})

test('the API server answers through a proxy on another port', async (t) => {
  const proxy = createTcpServer((client) => {
    const upstream = connect(16443, '127.0.0.1')
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy())
  })
  const port = await listening(t, proxy, '127.0.0.1')
  const ready = ['--server', `https://127.0.0.1:${port}`, 'get', '--raw', '/readyz']
  assert.equal(await cluster.kubectl(ready), 'ok')
})

test('pods go on while the API server is away, and what was stored is there afterwards', async () => {
  const command = ['/bin/sh', '-c', 'trap exit TERM; while :; do sleep 1; done']
  await createPod('lasting', { image: 'localhost/busybox:1', command })
  await cluster.kubectl(
    inNamespace('wait', '--for=condition=Ready', 'pod/lasting', '--timeout=60s'),
  )
  await cluster.stopApiServer()
  await assert.rejects(cluster.kubectl(['get', '--raw', '/readyz']))
  await cluster.startApiServer()
  assert.equal((await podOf('lasting')).status.phase, 'Running')
  const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}'
  assert.equal(await cluster.kubectl(inNamespace('get', 'pod', 'lasting', '-o', restarts)), '0')
})
