import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sendRaw, type RawRequest } from '../../contracts/raw-request.ts'
import { until } from '../../support/until.ts'
import { isRefused, succeeds, type Boto3Call, type CallOutcome } from './programs.ts'
import { keptKey, type Scene } from './scene.ts'
import { openParty, type Session } from './workspaces.ts'

const readingObjects = ['GetObject', 'GetObjectAttributes', 'HeadObject']
/** What a session may do below `inputs/`. */
const allowedBelowInputs = [
  ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'CreateMultipartUpload'],
  ...['DeleteObject', 'DeleteObjects', 'ListParts', 'PutObject', 'UploadPart', 'UploadPartCopy'],
  ...readingObjects,
]
const readingBucket = ['GetBucketLocation', 'HeadBucket', 'ListObjects', 'ListObjectsV2']
const allowedOnBucket = [...readingBucket, 'ListMultipartUploads']
const roles = ['consumers', 'agents'].map((name) => `arn:aws:iam::000000000000:role/${name}`)

const raw = (session: Session, request: RawRequest) =>
  sendRaw(session.endpoint, session.region, session, request)
const list = (session: Session) =>
  raw(session, { method: 'GET', target: `/${session.bucket}?list-type=2` })

/** S3 answers a deletion of many keys with 200 and tells for each key. */
const isForbidden = ({ status, code, operation }: CallOutcome & { operation: string }): boolean =>
  status === 403 || (operation === 'DeleteObjects' && code === 'AccessDenied')

/** What a session cannot do, whichever client asks; `signed by hand` is what no client would send. */
export function refusalTests(scene: () => Scene): void {
  const allForbidden = async (session: Session, calls: readonly Boto3Call[], service?: 'sts') => {
    const outcomes = await scene().programs.boto3(session, calls, service)
    outcomes.forEach(({ status, code }, index) =>
      assert.equal(status, 403, `${JSON.stringify(calls[index])}: ${status} ${code}`),
    )
    assert.equal(outcomes.length, calls.length)
  }

  test('of all operations of S3, those of the policy are allowed and every other one is 403', async () => {
    const { own, neighbour, programs, resultKey } = scene()
    const { bucket } = own.session
    const reading = await own.credentials({ purpose: 'read' })
    const cases: readonly (readonly [Session, string, string, readonly string[]])[] = [
      [own.session, bucket, 'inputs/one', [...allowedBelowInputs, ...allowedOnBucket]],
      [own.session, bucket, resultKey, [...readingObjects, ...allowedOnBucket]],
      [own.session, bucket, 'other/one', allowedOnBucket],
      [own.session, bucket, 'inputs', allowedOnBucket],
      [own.session, neighbour.session.bucket, keptKey, []],
      [own.session, 'another-bucket', 'inputs/one', []],
      [reading, bucket, keptKey, [...readingObjects, ...readingBucket]],
    ]
    for (const [session, name, key, allowed] of cases) {
      const outcomes = await programs.everyOperation(session, name, key)
      assert.ok(outcomes.length > 100, `${outcomes.length} operations`)
      const untold = outcomes.filter(({ status }) => status === 0)
      assert.deepEqual(untold, [])
      const done = outcomes.filter((one) => !isForbidden(one)).map(({ operation }) => operation)
      assert.deepEqual(done.toSorted(), allowed.toSorted(), `${key} in ${name}`)
    }
  })

  test('copies from elsewhere and to elsewhere are 403', async () => {
    const { own, neighbour, neighbourKey } = scene()
    const { bucket: Bucket } = own.session
    const copy = (Key: string, CopySource: string): Boto3Call => [
      'copy_object',
      { Bucket, Key, CopySource },
    ]
    await allForbidden(own.session, [
      copy('inputs/stolen', `${neighbour.session.bucket}/${keptKey}`),
      copy('inputs/stolen', `${neighbour.session.bucket}/${neighbourKey}`),
      copy('inputs/stolen', `${Bucket}/other/one`),
      copy('jobs/forged', `${Bucket}/${keptKey}`),
      copy('other/forged', `${Bucket}/${keptKey}`),
    ])
  })

  test('ACL, grant, lock and tagging headers are 403', async () => {
    const { own } = scene()
    const object = { Bucket: own.session.bucket, Key: 'inputs/shared' }
    const headers = [
      { ACL: 'public-read' },
      ...['GrantRead', 'GrantFullControl', 'GrantReadACP', 'GrantWriteACP'].map((name) => ({
        [name]: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
      })),
      { ObjectLockLegalHoldStatus: 'ON' },
      { Tagging: 'a=b' },
    ]
    const calls = headers.flatMap((header): readonly Boto3Call[] => [
      ['put_object', { ...object, ...header }],
      ['create_multipart_upload', { ...object, ...header }],
    ])
    await allForbidden(own.session, calls)
  })

  test('a session cannot make another session', async () => {
    const { own } = scene()
    const again = roles.map((RoleArn) => ({ RoleArn, RoleSessionName: 'again' }))
    const calls: readonly Boto3Call[] = [
      ...again.map((one) => ['assume_role', one] as const),
      ['get_session_token', {}],
      ['get_federation_token', { Name: 'again' }],
    ]
    await allForbidden(own.session, calls, 'sts')
    const [RoleArn = ''] = roles
    const args = ['sts', 'assume-role', '--role-arn', RoleArn, '--role-session-name', 'again']
    await isRefused(scene().programs.aws(own.session, ...args))
  })

  test('aws-cli and rclone tell that they are refused', async () => {
    const { own, neighbour, files, programs } = scene()
    const small = files.path('small.txt')
    const there = (key: string, { session } = own) => `${session.bucket}/${key}`
    const places = [there('jobs/forged'), there('other/forged'), there('inputs/forged', neighbour)]
    await Promise.all([
      ...places.map((to) => isRefused(programs.aws(own.session, 's3', 'cp', small, `s3://${to}`))),
      ...places.map((to) => isRefused(programs.rclone(own.session, 'copyto', small, `ws:${to}`))),
      isRefused(programs.aws(own.session, 's3', 'ls', `s3://${neighbour.session.bucket}`)),
      isRefused(programs.rclone(own.session, 'lsf', `ws:${neighbour.session.bucket}`)),
    ])
  })

  test('expired and altered tokens and a wrong secret are 403', async () => {
    const { own, neighbour, programs } = scene()
    const short = await own.credentials({ durationSeconds: 8 })
    assert.equal((await list(short)).status, 200)
    const { sessionToken } = own.session
    const refused: readonly (readonly [Session, string])[] = [
      [{ ...own.session, sessionToken: `${sessionToken}x` }, 'InvalidToken'],
      [{ ...own.session, sessionToken: sessionToken.slice(4) }, 'InvalidToken'],
      [{ ...own.session, sessionToken: neighbour.session.sessionToken }, 'InvalidToken'],
      [
        { ...own.session, secretAccessKey: neighbour.session.secretAccessKey },
        'SignatureDoesNotMatch',
      ],
    ]
    for (const [wrong, code] of refused) await refuses(wrong, code)
    await until('the session expires', async () => (await list(short)).status === 403)
    await refuses(short, 'ExpiredToken')

    async function refuses(wrong: Session, code: string): Promise<void> {
      const [told] = await programs.boto3(wrong, [['list_objects_v2', { Bucket: wrong.bucket }]])
      assert.deepEqual([told?.status, told?.code], [403, code])
      const args = ['s3api', 'list-objects-v2', '--bucket', wrong.bucket]
      await isRefused(programs.aws(wrong, ...args), new RegExp(code))
    }
  })

  test('signed by hand: a changed body and a date more than 15 minutes off are refused', async () => {
    const { own, programs } = scene()
    const { bucket } = own.session
    const send = (more: Partial<RawRequest>) =>
      raw(own.session, {
        ...{ method: 'PUT', target: `/${bucket}/inputs/forged`, body: 'forged', ...more },
      })
    const payloadHash = createHash('sha256').update('signed').digest('hex')
    const changed = await send({ payloadHash })
    assert.deepEqual([changed.status, changed.code], [400, 'XAmzContentSHA256Mismatch'])
    for (const minutes of [-16, 16]) {
      const answer = await send({ date: new Date(Date.now() + minutes * 60_000) })
      assert.deepEqual([answer.status, answer.code], [403, 'RequestTimeTooSkewed'])
    }
    const [told] = await programs.boto3(own.session, [
      ['head_object', { Bucket: bucket, Key: 'inputs/forged' }],
    ])
    assert.equal(told?.status, 404)
    for (const minutes of [-14, 14]) {
      const { status } = await send({ date: new Date(Date.now() + minutes * 60_000) })
      assert.equal(status, 200)
    }
  })

  test('a suspended session is 403, and works again after the resume', async () => {
    const { signaling, programs } = scene()
    const party = await openParty(signaling)
    const { session } = party
    const at = { Bucket: session.bucket, Key: 'inputs/kept' }
    const use = async () =>
      (
        await programs.boto3(session, [
          ['put_object', { ...at, Body: 'kept' }],
          ['list_objects_v2', { Bucket: session.bucket }],
          ['get_object', at],
        ])
      ).map(({ status }) => status)
    assert.deepEqual(await use(), [200, 200, 200])
    await party.signal('suspend')
    await until('the store refuses', async () => (await list(session)).status === 403)
    assert.deepEqual(await use(), [403, 403, 403])
    await isRefused(programs.rclone(session, 'lsf', `ws:${session.bucket}`))
    await party.signal('resume')
    await until('the store allows', async () => (await list(session)).status === 200)
    assert.deepEqual(await use(), [200, 200, 200])
    await succeeds(programs.rclone(session, 'lsf', `ws:${session.bucket}`))
    await party.signal('terminate')
  })
}
