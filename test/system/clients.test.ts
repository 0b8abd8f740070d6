import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import {
  owner,
  region,
  roles,
  startStore,
  type Credentials,
} from '../contracts/embedded-store-harness.ts'
import { sendRaw } from '../contracts/raw-request.ts'

interface Workspace {
  readonly endpoint: string
  readonly bucket: string
  readonly roleArn: string
  readonly credentials: Required<Credentials>
  /** Credentials like these whose time is over. */
  readonly expired: Required<Credentials>
  end(): Promise<void>
}

/** The workspace that the clients get, and a neighbour that they must not reach. */
async function openWorkspace(): Promise<Workspace> {
  const bucket = 'workspace'
  let aheadMs = -3_600_000
  const store = await startStore({ now: () => new Date(Date.now() + aheadMs) })
  const tokens = store.tokens()
  const policy = consumerPolicy(bucket)
  tokens.config.systemClockOffset = aheadMs
  const command = new AssumeRoleCommand({
    ...{ RoleArn: roles.consumers, RoleSessionName: 'old', DurationSeconds: 900 },
    Policy: JSON.stringify(policy),
  })
  const { Credentials: old } = await tokens.send(command)
  aheadMs = 0
  const client = store.client()
  for (const name of [bucket, 'neighbour']) {
    await client.send(new CreateBucketCommand({ Bucket: name }))
    for (const Key of ['inputs/secret', 'jobs/1/result', 'other/file'])
      await client.send(new PutObjectCommand({ Bucket: name, Key, Body: name }))
  }
  return {
    ...{ bucket, endpoint: store.url, roleArn: roles.consumers },
    credentials: await store.session(policy),
    expired: {
      accessKeyId: old?.AccessKeyId ?? '',
      secretAccessKey: old?.SecretAccessKey ?? '',
      sessionToken: old?.SessionToken ?? '',
    },
    end: async () => {
      await store.stop()
      await rm(store.directory, { recursive: true, force: true })
    },
  }
}

const consumerPolicy = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      Resource: `arn:aws:s3:::${bucket}/inputs/*`,
    },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/jobs/*` },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      Resource: `arn:aws:s3:::${bucket}`,
    },
  ],
})

const run = promisify(execFile)
const largeBytes = 200 * 1024 * 1024

async function isThere(command: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args)
    return true
  } catch {
    return false
  }
}

/** Installs what this machine lacks: rclone from Debian, aws-cli from PyPI into a folder of its own. */
async function installClients(): Promise<{ aws: string; rclone: string }> {
  const hasPython = await isThere('python3', '-c', 'import ensurepip')
  const missing = [
    ...((await isThere('rclone', 'version')) ? [] : ['rclone']),
    ...(hasPython ? [] : ['python3', 'python3-venv']),
  ]
  if (missing.length > 0) {
    await run('apt-get', ['update'])
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env })
  }
  const folder = fileURLToPath(new URL('../../.cache/clients', import.meta.url))
  const aws = join(folder, 'bin', 'aws')
  const isInstalled = await access(aws).then(
    () => true,
    () => false,
  )
  if (!isInstalled) {
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', 'awscli'])
  }
  return { aws, rclone: 'rclone' }
}

interface Outcome {
  readonly code: number
  readonly output: string
}

function runClient(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '', ...env } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
  })
}

async function writeLargeFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = createWriteStream(path)
  for (let written = 0; written < largeBytes; written += 1024 * 1024) {
    const block = randomBytes(1024 * 1024)
    hash.update(block)
    if (!file.write(block)) await new Promise((resolve) => file.once('drain', resolve))
  }
  await new Promise<void>((resolve) => file.end(resolve))
  return hash.digest('hex')
}

const digestOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

suite('clients', () => {
  let workspace: Workspace
  let clients: { aws: string; rclone: string }
  let folder = ''
  let largeDigest = ''

  before(async () => {
    clients = await installClients()
    folder = await mkdtemp(join(tmpdir(), 'clients-'))
    workspace = await openWorkspace()
    await writeFile(join(folder, 'small.txt'), 'small')
    largeDigest = await writeLargeFile(join(folder, 'large.bin'))
  })

  after(async () => {
    await workspace.end()
    await rm(folder, { recursive: true, force: true })
  })

  const aws = (args: readonly string[], credentials: Credentials = workspace.credentials) =>
    runClient(clients.aws, ['--endpoint-url', workspace.endpoint, ...args], {
      HOME: folder,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
      AWS_MAX_ATTEMPTS: '1',
    })
  const rclone = (args: readonly string[]) =>
    runClient(clients.rclone, ['--config', join(folder, 'none.conf'), '--retries', '1', ...args], {
      HOME: folder,
      RCLONE_CONFIG_WS_TYPE: 's3',
      RCLONE_CONFIG_WS_PROVIDER: 'Other',
      RCLONE_CONFIG_WS_ENDPOINT: workspace.endpoint,
      RCLONE_CONFIG_WS_REGION: region,
      RCLONE_CONFIG_WS_NO_CHECK_BUCKET: 'true',
      RCLONE_CONFIG_WS_ACCESS_KEY_ID: workspace.credentials.accessKeyId,
      RCLONE_CONFIG_WS_SECRET_ACCESS_KEY: workspace.credentials.secretAccessKey,
      RCLONE_CONFIG_WS_SESSION_TOKEN: workspace.credentials.sessionToken,
    })
  const succeeds = async (outcome: Promise<Outcome>): Promise<string> => {
    const { code, output } = await outcome
    assert.equal(code, 0, output)
    return output
  }
  const isForbidden = async (outcome: Promise<Outcome>): Promise<void> => {
    const { code, output } = await outcome
    assert.notEqual(code, 0, output)
    assert.match(output, /AccessDenied|403|Forbidden/, output)
  }
  const at = (key: string, bucket = workspace.bucket) => `s3://${bucket}/${key}`
  const local = (name: string) => join(folder, name)

  test('aws-cli puts, lists, copies, gets and deletes inside the workspace', async () => {
    await succeeds(aws(['s3', 'cp', local('small.txt'), at('inputs/aws ü/small.txt')]))
    await succeeds(aws(['s3', 'cp', at('inputs/aws ü/small.txt'), at('inputs/aws/copy.txt')]))
    assert.match(await succeeds(aws(['s3', 'ls', '--recursive', at('inputs/aws')])), /copy\.txt/)
    await succeeds(aws(['s3', 'cp', at('inputs/aws/copy.txt'), local('back.txt')]))
    assert.equal(await readFile(local('back.txt'), 'utf8'), 'small')
    await succeeds(aws(['s3', 'cp', at('jobs/1/result'), local('result')]))
    for (const below of ['inputs/aws', 'inputs/aws ü'])
      await succeeds(aws(['s3', 'rm', '--recursive', at(below)]))
    const listed = await succeeds(aws(['s3', 'ls', '--recursive', at('inputs/')]))
    assert.doesNotMatch(listed, /aws/)
  })

  test('aws-cli moves 200 MiB in parts, and copies them inside the store', async () => {
    await succeeds(aws(['s3', 'cp', '--quiet', local('large.bin'), at('inputs/large.bin')]))
    await succeeds(aws(['s3', 'cp', '--quiet', at('inputs/large.bin'), at('inputs/copy.bin')]))
    await succeeds(aws(['s3', 'cp', '--quiet', at('inputs/copy.bin'), local('large.aws')]))
    assert.equal(await digestOf(local('large.aws')), largeDigest)
    await succeeds(aws(['s3', 'rm', '--recursive', at('inputs/'), '--exclude', 'secret']))
  })

  test('rclone puts, lists, copies, gets and deletes inside the workspace', async () => {
    const to = (key: string) => `ws:${workspace.bucket}/${key}`
    await succeeds(rclone(['copyto', local('small.txt'), to('inputs/rclone/small ü.txt')]))
    await succeeds(rclone(['copyto', to('inputs/rclone/small ü.txt'), to('inputs/rclone/copy')]))
    assert.match(await succeeds(rclone(['lsf', to('inputs/rclone')])), /copy\nsmall ü\.txt/)
    await succeeds(rclone(['copyto', to('inputs/rclone/copy'), local('rclone.txt')]))
    assert.equal(await readFile(local('rclone.txt'), 'utf8'), 'small')
    await succeeds(rclone(['delete', to('inputs/rclone')]))
    assert.doesNotMatch(await succeeds(rclone(['lsf', '--recursive', to('inputs')])), /rclone\//)
  })

  test('rclone moves 200 MiB in parts and finds them unchanged', async () => {
    const to = `ws:${workspace.bucket}/inputs/rclone.bin`
    const cutoff = ['--s3-upload-cutoff', '16M', '--s3-chunk-size', '16M']
    await succeeds(rclone(['copyto', ...cutoff, local('large.bin'), to]))
    await succeeds(rclone(['copyto', to, local('large.rclone')]))
    assert.equal(await digestOf(local('large.rclone')), largeDigest)
    await succeeds(rclone(['deletefile', to]))
  })

  const api = (...args: readonly string[]) => aws(['s3api', ...args])
  const object = (key: string, bucket = workspace.bucket) => ['--bucket', bucket, '--key', key]

  test('every action outside of the workspace is refused', async () => {
    const here = ['--bucket', workspace.bucket]
    const calls: readonly (readonly string[])[] = [
      ['list-buckets'],
      [
        'create-bucket',
        '--bucket',
        'another',
        '--create-bucket-configuration',
        `LocationConstraint=${region}`,
      ],
      ['delete-bucket', ...here],
      ['list-objects-v2', '--bucket', 'neighbour'],
      ['head-bucket', '--bucket', 'neighbour'],
      ['get-object', ...object('inputs/secret', 'neighbour'), local('stolen')],
      ['put-object', ...object('inputs/new', 'neighbour')],
      ['get-object', ...object('other/file'), local('stolen')],
      ['put-object', ...object('jobs/1/result')],
      ['put-object', ...object('inputs')],
      ['delete-object', ...object('jobs/1/result')],
      ['copy-object', ...object('inputs/copy'), '--copy-source', 'neighbour/inputs/secret'],
      ['copy-object', ...object('jobs/copy'), '--copy-source', `${workspace.bucket}/inputs/secret`],
      ['create-multipart-upload', ...object('other/upload')],
      ['get-bucket-policy', ...here],
      ['put-bucket-policy', ...here, '--policy', '{}'],
      ['delete-bucket-policy', ...here],
      ['put-bucket-versioning', ...here, '--versioning-configuration', 'Status=Enabled'],
      ['list-object-versions', ...here],
      ['put-bucket-tagging', ...here, '--tagging', 'TagSet=[{Key=a,Value=b}]'],
      ['put-object-tagging', ...object('inputs/secret'), '--tagging', 'TagSet=[{Key=a,Value=b}]'],
      ['get-object-tagging', ...object('inputs/secret')],
      ['put-object', ...object('inputs/tagged'), '--tagging', 'a=b'],
    ]
    for (const call of calls) await isForbidden(api(...call))
  })

  test('headers and calls that would share an object are refused', async () => {
    const calls: readonly (readonly string[])[] = [
      ['put-object', ...object('inputs/acl'), '--acl', 'public-read'],
      ['put-object', ...object('inputs/acl'), '--grant-read', 'id=1'],
      ['put-object', ...object('inputs/acl'), '--object-lock-legal-hold-status', 'ON'],
      ['create-multipart-upload', ...object('inputs/acl'), '--acl', 'public-read-write'],
      ['put-object-acl', ...object('inputs/secret'), '--acl', 'public-read'],
      ['put-bucket-acl', '--bucket', workspace.bucket, '--acl', 'public-read'],
    ]
    for (const call of calls) await isForbidden(api(...call))
  })

  test('a session cannot make another session', async () => {
    for (const role of [workspace.roleArn, roles.agents])
      await isForbidden(
        aws(['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'again']),
      )
  })

  const list = (credentials: Credentials) =>
    aws(['s3api', 'list-objects-v2', '--bucket', workspace.bucket], credentials)

  test('expired and altered tokens and a wrong secret are refused', async () => {
    const { credentials, expired } = workspace
    await succeeds(list(credentials))
    const refused: readonly (readonly [Credentials, RegExp])[] = [
      [expired, /ExpiredToken/],
      [{ ...credentials, sessionToken: `A${credentials.sessionToken.slice(1)}x` }, /InvalidToken/],
      [{ ...credentials, secretAccessKey: owner.secretAccessKey }, /SignatureDoesNotMatch/],
    ]
    for (const [wrong, code] of refused) {
      const { code: exitCode, output } = await list(wrong)
      assert.notEqual(exitCode, 0)
      assert.match(output, code)
      const answer = await sendRaw(workspace.endpoint, region, wrong, {
        ...{ method: 'GET', target: `/${workspace.bucket}` },
      })
      assert.equal(answer.status, 403)
    }
  })

  test('a changed body and a date more than 15 minutes off are refused', async () => {
    const target = `/${workspace.bucket}/inputs/forged`
    const send = (more: object) =>
      sendRaw(workspace.endpoint, region, workspace.credentials, {
        ...{ method: 'PUT', target, body: 'forged', ...more },
      })
    const payloadHash = createHash('sha256').update('signed').digest('hex')
    assert.equal((await send({ payloadHash })).code, 'XAmzContentSHA256Mismatch')
    for (const minutes of [-16, 16]) {
      const answer = await send({ date: new Date(Date.now() + minutes * 60_000) })
      assert.deepEqual([answer.status, answer.code], [403, 'RequestTimeTooSkewed'])
    }
    await isForbidden(api('head-object', ...object('other/forged')))
    const { output } = await api('head-object', ...object('inputs/forged'))
    assert.match(output, /404/)
  })
})
