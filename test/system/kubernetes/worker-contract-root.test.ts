import { after, before, describe } from 'node:test'
import { podJobs, type PodJobs } from './pod-jobs.ts'
import { contractCases, contractServices } from './worker-contract-cases.ts'

let world: PodJobs
before(async () => {
  world = await podJobs({
    standard: 'baseline',
    services: () => contractServices('root'),
    variables: { DSC_KUBERNETES_ALLOW_ROOT: 'true' },
  })
})
after(() => world[Symbol.asyncDispose]())

describe(
  'worker contract in a namespace without the restricted standard',
  { concurrency: 3 },
  () => {
    contractCases('root', () => world)
  },
)
