import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { permissions } from '../../src/adapters/compute-kubernetes/permissions.ts'
import { checkCluster } from '../../src/cli/check-cluster.ts'
import { lineText } from '../../src/cli/check-line.ts'
import { readConfiguration } from '../../src/config/configuration.ts'

interface Attributes {
  readonly namespace: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
}

/** What an API server answers with, as far as `check` asks it. */
interface ApiServer {
  readonly version?: string
  readonly denied?: (asked: Attributes) => boolean
  readonly secrets?: readonly string[]
  /** Pod Security level of the namespace, when it can be read. */
  readonly level?: string
  readonly missingNamespace?: boolean
}

interface Answer {
  readonly status: number
  readonly body: object
}

const refusal = (status: number, message: string): Answer => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, message },
})

async function answerOf(api: ApiServer, request: IncomingMessage, asked: Attributes[]) {
  const url = new URL(request.url ?? '/', 'http://api')
  const sent = await text(request)
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'GET /version':
      return { status: 200, body: { gitVersion: `v${api.version ?? '1.34.4'}`, minor: '34' } }
    case 'GET /api/v1/namespaces/jobs':
      if (api.level === undefined) return refusal(403, 'namespaces "jobs" is forbidden')
      return {
        status: 200,
        body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': api.level } } },
      }
    case 'POST /api/v1/namespaces/jobs/secrets': {
      assert.equal(url.searchParams.get('dryRun'), 'All', 'a check makes nothing')
      if (api.missingNamespace === true) return refusal(404, 'namespaces "jobs" not found')
      const { metadata } = JSON.parse(sent) as { readonly metadata: { readonly name: string } }
      const taken = api.secrets?.includes(metadata.name) === true
      return taken ? refusal(409, 'already exists') : { status: 201, body: { metadata } }
    }
    case 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
      const { spec } = JSON.parse(sent) as {
        readonly spec: { readonly resourceAttributes: Attributes }
      }
      asked.push(spec.resourceAttributes)
      const allowed = api.denied?.(spec.resourceAttributes) !== true
      return { status: 201, body: { spec, status: { allowed } } }
    }
    default:
      return refusal(500, `nobody asks ${request.method ?? ''} ${url.pathname}`)
  }
}

/** Runs the checks against such an API server; the lines as they are printed, and what rights were asked for. */
async function check(context: TestContext, api: ApiServer, variables: Record<string, string> = {}) {
  const asked: Attributes[] = []
  const server = createServer((request, response) => {
    answerOf(api, request, asked).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      },
      () => response.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  context.after(() => server.close())
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  const directory = await mkdtemp(join(tmpdir(), 'dsc-check-cluster-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(address.port))
  const given = { ...onCluster(kubeconfig), DSC_KUBERNETES_NAMESPACE: 'jobs', ...variables }
  const lines = await checkCluster(readConfiguration(given, () => ''))
  return { text: lines.map(lineText).join('\n'), asked }
}

const onCluster = (kubeconfig: string) => ({
  DSC_COMPUTE: 'kubernetes',
  DSC_AGENT_IMAGE: 'agent:1',
  KUBECONFIG: kubeconfig,
})

const kubeconfigOf = (port: number) => `
apiVersion: v1
kind: Config
clusters: [{ name: fake, cluster: { server: "http://127.0.0.1:${port}", insecure-skip-tls-verify: true } }]
users: [{ name: service, user: { token: canary-token } }]
contexts: [{ name: fake, context: { cluster: fake, user: service } }]
current-context: fake
`

const reachable = { DSC_STORE_HOST: '0.0.0.0', DSC_STORE_URL: 'http://store.example.com' }

test('a cluster that gives every right passes, and each declared right was asked for once', async (context) => {
  const { text: told, asked } = await check(context, {}, reachable)
  assert.doesNotMatch(told, /FAIL|warn/)
  assert.match(told, /^ok {4}cluster: http:\/\/127\.0\.0\.1:\d+ answers: Kubernetes v1\.34\.4$/m)
  assert.match(told, /^ok {4}namespace of jobs: jobs exists$/m)
  const name = ({ group, resource, subresource, verb }: Attributes) =>
    [verb, group, resource, subresource].join(' ')
  assert.deepEqual(
    asked.map(name).sort(),
    permissions.map((one) => name({ ...one, namespace: '', group: one.apiGroup })).sort(),
  )
  assert.deepEqual([...new Set(asked.map(({ namespace }) => namespace))], ['jobs'])
})

test('each missing right is one line with what is lost and the rule to add', async (context) => {
  const { text: told } = await check(context, {
    denied: ({ resource, verb }) =>
      (resource === 'secrets' && verb === 'patch') || resource === 'events',
  })
  assert.equal(told.match(/^FAIL {2}permissions: /gm)?.length, 2)
  assert.match(
    told,
    /patch secrets is not allowed in jobs .*: a job that outlives its store session/,
  )
  assert.match(told, /-> .*\{apiGroups: \[''\], resources: \[secrets\], verbs: \[patch\]\}/)
  assert.match(told, /list events is not allowed in jobs/)
})

test('a namespace that is not there is told, and nothing more is asked', async (context) => {
  const { text: told, asked } = await check(context, { missingNamespace: true })
  assert.match(told, /^FAIL {2}namespace of jobs: there is no jobs$/m)
  assert.deepEqual(asked, [])
})

test('pull secrets are looked for without the right to read Secrets', async (context) => {
  const { text: told } = await check(
    context,
    { secrets: ['there'] },
    { DSC_KUBERNETES_IMAGE_PULL_SECRETS: 'there,missing' },
  )
  assert.match(told, /^ok {4}pull secret there: exists$/m)
  assert.match(told, /^FAIL {2}pull secret missing: there is none in jobs$/m)
})

test('workers as root in a restricted namespace are a warning', async (context) => {
  const root = { DSC_KUBERNETES_ALLOW_ROOT: 'true' }
  const restricted = await check(context, { level: 'restricted' }, root)
  assert.match(restricted.text, /^warn {2}Pod Security: /m)
  const baseline = await check(context, { level: 'baseline' }, root)
  assert.match(baseline.text, /^ {4} {2}Pod Security: the namespace enforces baseline$/m)
})

test('agents need an image, and a store that is not on loopback', async (context) => {
  const bare = await check(context, {}, { DSC_AGENT_IMAGE: '' })
  assert.match(bare.text, /^FAIL {2}agent image: none is given/m)
  assert.match(bare.text, /^FAIL {2}store for agents: the embedded store listens on 127\.0\.0\.1/m)
  const told = await check(
    context,
    {},
    { DSC_STORE_HOST: '0.0.0.0', DSC_AGENT_STORE_URL: 'http://localhost:8083' },
  )
  assert.match(told.text, /^FAIL {2}store for agents: http:\/\/localhost:8083 is the pod itself/m)
  const all = await check(context, {}, { DSC_STORE_HOST: '0.0.0.0' })
  assert.match(all.text, /^FAIL {2}store for agents: http:\/\/0\.0\.0\.0:8083 is the pod itself/m)
  const own = await check(context, {}, { DSC_STORE_HOST: '10.0.0.1' })
  assert.match(own.text, /^ok {4}store for agents: agents are told http:\/\/10\.0\.0\.1:8083$/m)
})

test('an API server that cannot be reached ends the checks, and no credential is told', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dsc-check-cluster-'))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(1))
  const lines = await checkCluster(readConfiguration(onCluster(kubeconfig), () => ''))
  await rm(directory, { recursive: true })
  assert.deepEqual(
    lines.map(({ result, name }) => `${result} ${name}`),
    ['fail cluster'],
  )
  assert.doesNotMatch(lines.map(lineText).join('\n'), /canary/)
})
