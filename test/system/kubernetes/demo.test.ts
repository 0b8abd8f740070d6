import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hostAddress, startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { agentImage } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const namespace = `demo-${Date.now().toString(36)}`
const kubernetes = ['--compute', 'kubernetes', '--namespace', namespace]
const allowedMs = 240_000

let cluster: Cluster
before(async () => {
  cluster = await startCluster()
  await cluster.loadImages('dataspace-compute', 'demo-table-summary')
})
after(() => cluster.down())

/** The demo with the variables that are given: as a newcomer types it, or without npm in a folder of its own. */
async function startDemo(
  t: TestContext,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  typed: 'npm run demo' | 'demo' = 'demo',
) {
  const folder = await mkdtemp(join(tmpdir(), 'dsc-demo-'))
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DSC_|KUBE)/.test(name))
  const byNpm = typed === 'npm run demo'
  const [program = '', ...first] = byNpm
    ? ['npm', 'run', 'demo', '--']
    : [process.execPath, join(repository, 'demo/main.ts')]
  const child = spawn(program, [...first, ...args], {
    cwd: byNpm ? repository : folder,
    env: {
      ...Object.fromEntries(inherited),
      TMPDIR: folder,
      NO_COLOR: '1',
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const take = (text: string) => (output += text)
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const closed = once(child, 'close', { signal: AbortSignal.timeout(allowedMs) }) as Promise<
    [number | null]
  >
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
    await rm(folder, { recursive: true, force: true })
  })
  return {
    child,
    output: () => output,
    seen: (text: string) => until(text, () => Promise.resolve(output.includes(text)), allowedMs),
    exitCode: async () => (await closed)[0],
    files: () => readdir(folder),
  }
}

const variables = () => ({ KUBECONFIG: cluster.kubeconfig, DSC_AGENT_IMAGE: agentImage })

const namespaces = async () =>
  (await cluster.kubectl(['get', 'namespaces', '-o', 'name'])).split('\n')

test('the demo tells the whole story with a real pod, and leaves nothing in the cluster', async (t) => {
  const demo = await startDemo(t, kubernetes, variables(), 'npm run demo')
  assert.equal(await demo.exitCode(), 0, demo.output())
  for (const expected of [
    /cluster +\S+: Kubernetes v1\.\d+/,
    new RegExp(`namespace +${namespace}, made for this demo`),
    new RegExp(`store +listens on ${hostAddress.replaceAll('.', '\\.')}`),
    /✓ Pod Security "restricted" is enforced/,
    /Pending +agent stages the inputs/,
    /1461 days and 741 months read/,
    /agent ended with 0, worker ended with 0/,
    /gone +and its Job with it/,
    /The job has SUCCEEDED/,
    /All 8 files have the digests that the manifest promises/,
    /secret +job-\S+-agent +holds credentials\.json, task\.json\.gz/,
    /secret +job-\S+-worker +holds TITLE/,
    /✓ The worker's container has no key of the store/,
    /✓ The network policy lets nothing in/,
    /✓ Job, pod and both Secrets are gone/,
    new RegExp(`✓ The namespace ${namespace}, .* is gone`),
    /== Done: 21 checks passed/,
  ]) {
    assert.match(demo.output(), expected)
  }
  assert.ok(!(await namespaces()).includes(`namespace/${namespace}`))
  assert.deepEqual(await demo.files(), [])
  const plot = /The plot, to be opened: (.+)/.exec(demo.output())?.[1] ?? ''
  assert.equal((await readFile(plot)).subarray(1, 4).toString(), 'PNG')
  await rm(dirname(dirname(plot)), { recursive: true })
})

test('told to end while the pod works, it removes what it has made, and leaves a namespace that was there', async (t) => {
  const existing = await makeNamespace(cluster, 'restricted')
  t.after(() => cluster.kubectl(['delete', 'namespace', existing, '--wait=false']))
  const demo = await startDemo(t, ['--compute', 'kubernetes', '--namespace', existing], variables())
  await demo.seen('agent stages the inputs')
  demo.child.kill('SIGTERM')
  assert.equal(await demo.exitCode(), 143, demo.output())
  const kinds = 'jobs,pods,secrets,networkpolicies'
  assert.equal(await cluster.kubectl(['-n', existing, 'get', kinds, '-o', 'name']), '')
})

test('what is missing is said in one sentence, before anything is made', async (t) => {
  const nowhere = 'https://127.0.0.1:1'
  const cases: readonly (readonly [RegExp, readonly string[], Record<string, string>])[] = [
    [/KUBECONFIG is not set\. Set it/, kubernetes, { DSC_AGENT_IMAGE: agentImage }],
    [/names a file that is not there/, kubernetes, { ...variables(), KUBECONFIG: nowhere }],
    [/There is no image for the agent\. Build one/, kubernetes, { KUBECONFIG: cluster.kubeconfig }],
    [
      /No node of the cluster has the image localhost\/none:1\. Build it/,
      [...kubernetes, '--worker-image', 'localhost/none:1'],
      variables(),
    ],
    [
      /--host 192\.0\.2\.77 is no address of this machine\. Use one/,
      [...kubernetes, '--host', '192.0.2.77'],
      variables(),
    ],
  ]
  const told = cases.map(async ([sentence, args, given]) => {
    const demo = await startDemo(t, args, given)
    assert.equal(await demo.exitCode(), 1, demo.output())
    assert.match(demo.output(), sentence)
    assert.match(demo.output(), /^The demo cannot run: .*\n$/m)
    assert.deepEqual(await demo.files(), [])
  })
  await Promise.all(told)
  assert.ok(!(await namespaces()).includes(`namespace/${namespace}`))
})

test('an image that cannot be pulled ends the demo with what the cluster says', async (t) => {
  const unknown = 'images.invalid/none:1'
  const demo = await startDemo(t, [...kubernetes, '--worker-image', unknown], variables())
  assert.equal(await demo.exitCode(), 1, demo.output())
  assert.match(demo.output(), /✗ Step 8, .* has failed/)
  assert.match(demo.output(), /what happened: the pod cannot run: \w+: .*images\.invalid\/none:1/)
  assert.ok(!(await namespaces()).includes(`namespace/${namespace}`))
})
