import { after, before, suite } from 'node:test'
import { refusalTests } from './clients/refusals.ts'
import { openScene, type Scene } from './clients/scene.ts'
import { transferTests } from './clients/transfers.ts'

/** aws-cli, boto3 and rclone, unmodified, with what `POST /v1/credentials` of a running service gives. */
let opened: Scene

before(async () => {
  opened = await openScene()
})

after(() => opened[Symbol.asyncDispose]())

suite('inside of a workspace every client works', { concurrency: 3 }, () => {
  transferTests(() => opened)
})

suite('everything else is refused', { concurrency: 3 }, () => {
  refusalTests(() => opened)
})
