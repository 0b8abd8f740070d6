import assert from 'node:assert/strict'
import type { SignalingUnderTest } from '../../support/signaling-fixture.ts'
import { createFiles, type Files } from './files.ts'
import { installPrograms, type Programs } from './programs.ts'
import { openParty, startWithCompute, type Party } from './workspaces.ts'

/** Two parties of one running service, the clients, and files to move. */
export interface Scene extends AsyncDisposable {
  readonly files: Files
  readonly programs: Programs
  readonly signaling: SignalingUnderTest
  readonly own: Party
  readonly neighbour: Party
  /** Where a job of `own`, and one of `neighbour`, left its result. */
  readonly resultKey: string
  readonly neighbourKey: string
}

/** An object of each party. */
export const keptKey = 'inputs/kept'

export async function openScene(): Promise<Scene> {
  await using opened = new AsyncDisposableStack()
  const files = opened.use(await createFiles())
  const programs = await installPrograms(files.folder)
  const signaling = opened.use(await startWithCompute())
  const own = await openParty(signaling)
  const neighbour = await openParty(signaling)
  const [resultKey, neighbourKey] = [
    await fillBucket(programs, own),
    await fillBucket(programs, neighbour),
  ]
  const everything = opened.move()
  return {
    ...{ files, programs, signaling, own, neighbour, resultKey, neighbourKey },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Leaves an object in the bucket of a party, and returns where the result of its job is. */
async function fillBucket(programs: Programs, { session }: Party): Promise<string> {
  const { bucket: Bucket } = session
  const [put, listed] = await programs.boto3(session, [
    ['put_object', { Bucket, Key: keptKey, Body: 'kept' }],
    ['list_objects_v2', { Bucket, Prefix: 'jobs/' }],
  ])
  const key = listed?.keys?.find((one) => one.endsWith('/out.txt'))
  assert.equal(put?.status, 200, JSON.stringify(put))
  assert.ok(key, JSON.stringify(listed))
  return key
}
