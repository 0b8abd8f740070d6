import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FailureCode } from '../../../src/domain/failure.ts'
import { shellService, workerImages } from '../../support/kubernetes-variables.ts'
import { assertFailure, attemptCodes, podJobs, type PodJobs } from './pod-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

/** Services whose worker never gets so far, or ends badly by itself. */
const services = (desk: WorkerDesk) => [
  shellService('exit-code', 'echo broken >&2; exit 7'),
  plain('memory', {
    worker: { image: workerImages.node, env: { MEMORY_MIB: '300' } },
    resources: { memory: '96Mi' },
  }),
  plain('no-image', { worker: { image: 'localhost/there-is-no-such-image:1' } }),
  plain('no-image-name', { worker: { image: 'localhost/Not an image' }, limits: { attempts: 2 } }),
  plain('root-image', { worker: { image: workerImages.root }, limits: { attempts: 2 } }),
  plain('named-image', { worker: { image: workerImages.named } }),
  plain('root-user', { worker: { image: workerImages.busybox, user: 'root' } }),
  plain('no-command', {
    worker: { image: workerImages.busybox, command: ['/no/such/program'] },
    limits: { attempts: 2 },
  }),
  shellService('no-place', 'true', {
    resources: { cpu: '1000' },
    limits: { queueSeconds: 12, attempts: 2 },
  }),
  shellService('too-long', `${desk.begin}; ${desk.wait}`, {
    egress: desk.egress,
    limits: { runSeconds: 3, graceSeconds: 5, attempts: 2 },
  }),
  shellService('stubborn', `trap '' TERM; echo begun; ${desk.begin}; while :; do sleep 1; done`, {
    egress: desk.egress,
    limits: { graceSeconds: 3 },
  }),
  shellService('no-scratch', 'dd if=/dev/zero of=/work/out/result bs=1M count=20; sleep 300', {
    resources: { ephemeralStorage: '2Mi' },
    limits: { attempts: 2 },
  }),
  shellService(
    'hostile',
    'mkdir /work/out/tree; echo a > /work/out/tree/a; mkfifo /work/out/tree/b',
    {
      outputs: [{ name: 'tree', kind: 'directory', required: true }],
      limits: { attempts: 2 },
    },
  ),
]

const plain = (id: string, more: object) => ({
  ...{ id, title: id, datasets: ['*'], outputs: [], limits: { attempts: 1 } },
  ...more,
})

let world: PodJobs
before(async () => {
  world = await podJobs({ services, variables: { DSC_KUBERNETES_ALLOW_ROOT: 'true' } })
})
after(() => world[Symbol.asyncDispose]())

interface Row {
  readonly service: string
  readonly what: string
  readonly code: FailureCode
  /** In the message: the cluster's own words. */
  readonly says: RegExp
  /** Undefined: the node tells it or not, as it comes. */
  readonly exitCode: number | null | undefined
  readonly attempts: number
  /** From its submission to its end, with the pauses between attempts; room for a busy machine. */
  readonly withinSeconds: number
  readonly waits?: { readonly code: string; readonly says: RegExp }
}

const rows: readonly Row[] = [
  {
    service: 'no-image',
    what: 'an image that cannot be pulled is waited for a minute',
    code: 'image-pull',
    says: /cannot be pulled: .*localhost\/there-is-no-such-image:1/,
    exitCode: null,
    attempts: 1,
    withinSeconds: 110,
    waits: { code: 'image-pulling', says: /localhost\/there-is-no-such-image:1/ },
  },
  {
    service: 'no-image-name',
    what: 'an image that has no valid name is not waited for',
    code: 'image-pull',
    says: /localhost\/Not an image/,
    exitCode: null,
    attempts: 2,
    withinSeconds: 60,
  },
  {
    service: 'exit-code',
    what: 'an exit code is the user’s, and not tried again',
    code: 'exit-code',
    says: /exit code 7/,
    exitCode: 7,
    attempts: 1,
    withinSeconds: 50,
  },
  {
    service: 'memory',
    what: 'a worker beyond its memory is named so',
    code: 'out-of-memory',
    says: /OOMKilled/,
    exitCode: 137,
    attempts: 1,
    withinSeconds: 60,
  },
  {
    service: 'root-image',
    what: 'an image that runs as root where it may not is refused in each attempt',
    code: 'admission-refused',
    says: /does not start the worker: container has runAsNonRoot and image .*root/,
    exitCode: null,
    attempts: 2,
    withinSeconds: 80,
  },
  {
    service: 'named-image',
    what: 'an image with the name of a user instead of a number is refused',
    code: 'admission-refused',
    says: /non-numeric user \(user\)/,
    exitCode: null,
    attempts: 1,
    withinSeconds: 50,
  },
  {
    service: 'root-user',
    what: 'a Job without a pod tells why Pod Security refuses it',
    code: 'admission-refused',
    says: /violates PodSecurity "restricted/,
    exitCode: null,
    attempts: 1,
    withinSeconds: 50,
  },
  {
    service: 'no-command',
    what: 'a command that is not in the image is the user’s',
    code: 'exit-code',
    says: /could not be started: .*\/no\/such\/program.*no such file/,
    exitCode: null,
    attempts: 1,
    withinSeconds: 50,
  },
  {
    service: 'no-place',
    what: 'a pod that fits nowhere waits until the time of the queue is over',
    code: 'queue-timeout',
    says: /Insufficient cpu/,
    exitCode: null,
    attempts: 1,
    withinSeconds: 50,
    waits: { code: 'unschedulable', says: /Insufficient cpu/ },
  },
  {
    service: 'too-long',
    what: 'a worker beyond its time is stopped',
    code: 'run-timeout',
    says: /longer than its limit/,
    exitCode: 143,
    attempts: 1,
    withinSeconds: 60,
  },
  {
    service: 'no-scratch',
    what: 'a pod that is evicted for its own use of the disk has the user’s failure',
    code: 'scratch-full',
    says: /exceeds the (?:limit|total)|ephemeral.storage/i,
    exitCode: undefined,
    attempts: 1,
    withinSeconds: 80,
  },
  {
    service: 'hostile',
    what: 'an output tree with a FIFO is refused, and the FIFO named',
    code: 'output-refused',
    says: /tree\/b|\bb\b/,
    exitCode: 0,
    attempts: 1,
    withinSeconds: 50,
  },
]

describe('failures of pods by themselves', { concurrency: 4 }, () => {
  for (const row of rows) {
    it(`${row.code}: ${row.what}`, async () => {
      const consumer = await world.consumer()
      const begun = performance.now()
      const id = await consumer.submit(row.service)
      if (row.waits !== undefined) {
        const { stateReason } = await consumer.when(
          id,
          'a reason',
          (job) => job.stateReason !== null,
        )
        assert.equal(stateReason?.code, row.waits.code)
        assert.match(stateReason.message, row.waits.says)
      }
      const ended = await consumer.ended(id)
      const seconds = (performance.now() - begun) / 1000
      assert.equal(ended.state, 'FAILED')
      assertFailure(ended, row)
      assert.deepEqual(
        attemptCodes(ended),
        Array.from({ length: row.attempts }, () => row.code),
      )
      assert.ok(seconds < row.withinSeconds, `${seconds} s`)
      await world.nothingStays(id)
    })
  }

  it('cancelled: a worker that ignores SIGTERM is killed after its grace, and its log is kept', async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('stubborn')
    await world.desk.begun(id)
    const begun = performance.now()
    assert.equal((await consumer.call('POST', `/jobs/${id}/cancel`)).status, 202)
    const ended = await consumer.ended(id)
    assert.ok(performance.now() - begun < 30_000)
    assert.equal(ended.state, 'CANCELLED')
    assert.equal(ended.exitCode, 137)
    assert.equal(ended.attempts.length, 1)
    assert.equal((await consumer.call('GET', `/jobs/${id}/logs`)).text, 'begun\n')
    await world.nothingStays(id)
  })
})
