import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensurePackages, pythonEnvironment } from '../../support/python-environment.ts'
import type { Session } from './workspaces.ts'

export interface Outcome {
  readonly code: number
  readonly output: string
}

/** What became of a call that boto3 made. `status` is 0 when there was no answer that it tells about. */
export interface CallOutcome {
  readonly status: number
  readonly code: string
  readonly keys?: readonly string[]
  readonly body?: string
}

/** A method of boto3's client, and its arguments. */
export type Boto3Call = readonly [string, Readonly<Record<string, unknown>>]

interface Boto3Wish {
  readonly service?: 's3' | 'sts'
  readonly calls?: readonly Boto3Call[]
  readonly every?: Readonly<Record<string, unknown>>
}

/** The clients of this machine; each runs with the credentials of one session and no configuration of its own. */
export interface Programs {
  aws(session: Session, ...args: readonly string[]): Promise<Outcome>
  /** The remote `ws:` is the store of the session. */
  rclone(session: Session, ...args: readonly string[]): Promise<Outcome>
  boto3(
    session: Session,
    calls: readonly Boto3Call[],
    service?: 's3' | 'sts',
  ): Promise<readonly CallOutcome[]>
  /** Every operation that boto3 knows of S3, on one bucket and key. */
  everyOperation(
    session: Session,
    bucket: string,
    key: string,
  ): Promise<readonly (CallOutcome & { readonly operation: string })[]>
}

/** Installs what this machine lacks: rclone from Debian, aws-cli and boto3 from PyPI into a folder of their own. */
export async function installPrograms(home: string): Promise<Programs> {
  await ensurePackages({ rclone: ['rclone', 'version'] })
  const requirements = new URL('requirements.txt', import.meta.url)
  const programs = await pythonEnvironment('clients', requirements)
  const boto3Calls = fileURLToPath(new URL('boto3_calls.py', import.meta.url))
  const boto3 = async (session: Session, wish: Boto3Wish): Promise<unknown> => {
    const input = JSON.stringify({ ...wish, session: boto3Session(session) })
    const env = { HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
    return JSON.parse(await succeeds(run(join(programs, 'python'), [boto3Calls], env, input)))
  }
  return {
    aws: (session, ...args) =>
      run(join(programs, 'aws'), ['--endpoint-url', session.endpoint, ...args], {
        HOME: home,
        AWS_DEFAULT_REGION: session.region,
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken,
        AWS_MAX_ATTEMPTS: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
      }),
    rclone: (session, ...args) =>
      run('rclone', ['--config', '', '--retries', '1', ...args], {
        HOME: home,
        RCLONE_LOW_LEVEL_RETRIES: '1',
        RCLONE_CONFIG_WS_TYPE: 's3',
        RCLONE_CONFIG_WS_PROVIDER: 'Other',
        RCLONE_CONFIG_WS_ENDPOINT: session.endpoint,
        RCLONE_CONFIG_WS_REGION: session.region,
        RCLONE_CONFIG_WS_NO_CHECK_BUCKET: 'true',
        RCLONE_CONFIG_WS_ACCESS_KEY_ID: session.accessKeyId,
        RCLONE_CONFIG_WS_SECRET_ACCESS_KEY: session.secretAccessKey,
        RCLONE_CONFIG_WS_SESSION_TOKEN: session.sessionToken,
      }),
    boto3: async (session, calls, service = 's3') =>
      (await boto3(session, { calls, service })) as readonly CallOutcome[],
    everyOperation: async (session, Bucket, Key) => {
      const every = { Bucket, Key, CopySource: `${Bucket}/${Key}` }
      return (await boto3(session, { every })) as Awaited<ReturnType<Programs['everyOperation']>>
    },
  }
}

const boto3Session = (session: Session) => ({
  endpoint_url: session.endpoint,
  region_name: session.region,
  aws_access_key_id: session.accessKeyId,
  aws_secret_access_key: session.secretAccessKey,
  aws_session_token: session.sessionToken,
})

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '', ...env } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
    child.stdin.end(input)
  })
}

export async function succeeds(outcome: Promise<Outcome>): Promise<string> {
  const { code, output } = await outcome
  assert.equal(code, 0, output)
  return output
}

/** The command failed, and said what `told` looks for. */
export async function isRefused(
  outcome: Promise<Outcome>,
  told = /AccessDenied|\b403\b|Forbidden/,
): Promise<void> {
  const { code, output } = await outcome
  assert.notEqual(code, 0, output)
  assert.match(output, told)
}
