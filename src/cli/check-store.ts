import { encodeBytes } from '../domain/ids.ts'
import type { Application } from '../application/application.ts'
import type { SessionCredentials } from '../application/ports/object-store.ts'
import { checked, type CheckLine } from './check-line.ts'

type Store = Pick<Application, 'store' | 'credentials' | 'randomBytes'>

const timeoutMs = 15_000
const cutWithinMs = 5000

/** What the store must be able to do, tried in a bucket that is thrown away. */
export async function checkStore(
  { store, credentials, randomBytes }: Store,
  options: { readonly bucketPrefix: string; readonly oneRole: boolean },
): Promise<readonly CheckLine[]> {
  const bucket = `${options.bucketPrefix}${encodeBytes(randomBytes(16))}`
  const signal = AbortSignal.timeout(timeoutMs * 4)
  const made = await checked(
    'store bucket',
    'Check DSC_S3_ENDPOINT, the key of the service and its right to make buckets.',
    async () => {
      await store.ensureBucket(bucket, 'ws-check', signal)
      return `made ${bucket} with tags and rules`
    },
  )
  if (made.result === 'fail') return [made]
  const lines = [made]
  try {
    lines.push(await checkObjects(store, bucket, signal))
    lines.push(...(await checkSessions({ store, credentials }, bucket, signal)))
    if (options.oneRole) lines.push(oneRole)
  } finally {
    lines.push(await removeBucket(store, bucket))
  }
  return lines
}

const oneRole: CheckLine = {
  result: 'warn',
  name: 'store roles',
  detail:
    'consumers and agents share one role: cutting consumers off cuts running jobs off too, which then deliver nothing',
  remedy: 'Give the agents a role of their own: DSC_S3_AGENT_ROLE_ARN.',
}

function checkObjects(store: Store['store'], bucket: string, signal: AbortSignal) {
  const remedy = "Check the service's right to put, read and list objects."
  return checked('store objects', remedy, async () => {
    const bytes = new TextEncoder().encode('check')
    await store.put(bucket, 'inputs/check', bytes, {}, signal)
    const info = await store.head(bucket, 'inputs/check', signal)
    if (info?.bytes !== bytes.length) throw new Error('an object that was put is not there')
    const { objects } = await store.measure(bucket, signal)
    if (objects !== 1) throw new Error(`the listing has ${objects} objects, not 1`)
    return 'put, looked up and listed one'
  })
}

async function checkSessions(
  { store, credentials }: Pick<Store, 'store' | 'credentials'>,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly CheckLine[]> {
  const seconds = credentials.minimumSeconds
  let session: SessionCredentials | undefined
  const consumers = await checked(
    'sessions of consumers',
    'Check DSC_STS_ENDPOINT, DSC_S3_ROLE_ARN and that the service may assume it with an inline policy.',
    async () => {
      const purpose = { kind: 'consumer', access: 'read' } as const
      const issued = await credentials.issue(bucket, purpose, seconds, signal)
      if (await credentials.isCut(bucket, issued, signal)) {
        throw new Error('a session was issued, but it may not list its bucket')
      }
      session = issued
      return `issued for ${seconds} s, and it lists its bucket`
    },
  )
  const agents = await checked(
    'sessions of agents',
    'Check DSC_S3_AGENT_ROLE_ARN and that the service may assume it with an inline policy.',
    async () => {
      const purpose = { kind: 'agent', jobId: 'job-check', attempt: 1, inputs: [] } as const
      await credentials.issue(bucket, purpose, seconds, signal)
      return `issued for ${seconds} s`
    },
  )
  if (session === undefined) return [consumers, agents]
  return [consumers, agents, await checkCut({ store, credentials }, bucket, session, signal)]
}

async function checkCut(
  { store, credentials }: Pick<Store, 'store' | 'credentials'>,
  bucket: string,
  session: SessionCredentials,
  signal: AbortSignal,
): Promise<CheckLine> {
  const name = 'cutting sessions'
  if (!store.cutsSessions) {
    return {
      result: 'warn',
      name,
      detail: 'this store cannot end a living session: suspending and closing wait for its expiry',
      remedy: 'Use a store with roles and bucket policies, or short DSC_SESSION_SECONDS.',
    }
  }
  return checked(name, 'Check the right of the service to set bucket policies.', async () => {
    const since = performance.now()
    await store.setAccess(bucket, 'consumers-denied', signal)
    while (!(await credentials.isCut(bucket, session, signal))) {
      if (performance.now() - since > cutWithinMs) {
        throw new Error(`a session still lists its bucket ${cutWithinMs / 1000} s after the denial`)
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return `a living session ended within ${Math.ceil(performance.now() - since)} ms`
  })
}

function removeBucket(store: Store['store'], bucket: string): Promise<CheckLine> {
  const remedy = `Remove ${bucket}; check the service's right to delete objects and buckets.`
  return checked('store removal', remedy, async () => {
    const signal = AbortSignal.timeout(timeoutMs)
    await store.setAccess(bucket, 'open', signal)
    await store.empty(bucket, signal)
    await store.deleteBucket(bucket, signal)
    return 'the bucket of this check is gone'
  })
}
