import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Consumer } from '../../support/fault-jobs.ts'
import { workerImages } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { tarGzOf, zipOf } from './archives.ts'
import { assertFailure, type PodJobs } from './pod-jobs.ts'

type User = 'image' | 'root'

/** The sample image as it is: `/app` is its working directory, `entrypoint.sh` its program, and `out` its output. */
const asItIs = (user: User) => ({
  title: 'The image as it is',
  datasets: ['*'],
  worker: { image: workerImages.busybox, user },
  outputDirectory: '/app/out',
})

const input = (name: string, kind: string, mountPath?: string) => ({
  ...{ name, kind, required: true },
  ...(mountPath === undefined ? {} : { mountPath }),
})

/** The services of cases 1 to 3. */
export const contractServices = (user: User) => [
  {
    ...asItIs(user),
    id: 'mover',
    inputs: [input('settings.env', 'environment'), input('table.csv', 'file', '/app/in')],
    outputs: [{ name: 'deep', kind: 'directory', required: true }],
  },
  {
    ...asItIs(user),
    id: 'everything',
    worker: {
      image: workerImages.busybox,
      user,
      command: ['/bin/sh'],
      args: ['entrypoint.sh'],
      env: { FIXED: 'fixed' },
    },
    inputs: [
      input('settings.env', 'environment'),
      input('entrypoint.sh', 'file', '/app'),
      input('model.zip', 'archive', '/app/model'),
      input('weights.bin', 'file', '/app/model/deep'),
      input('more.tar.gz', 'archive', '/data/more'),
      input('tables', 'directory', '/data/tables'),
    ],
    outputs: [
      { name: 'report.txt', kind: 'file', required: true },
      { name: 'all.zip', kind: 'archive', required: true },
    ],
    parameters: { type: 'object', properties: { TITLE: { type: 'string' } } },
  },
]

const settings = (seconds: number, more = '') =>
  `export SECONDS_TO_RUN=${seconds} # a line a second\nSOURCE='/app/in/table.csv'\n${more}`

async function delivered(consumer: Consumer, dotenv: string): Promise<string> {
  await consumer.put('settings.env', dotenv)
  await consumer.put('table.csv', 'x,y\n1,2\n')
  return consumer.submit('mover')
}

/** An uploaded program that tells everything that it was given. */
const tells = `
set -e
ls /app | tr '\\n' ' '; echo
cd /app
{
  find /app/model /data -type f | sort | while read -r file; do echo "$file $(cat "$file")"; done
  ls -l /app/entrypoint.sh | cut -c 1-10
  printf '%s|%s|%s|%s\\n' "$QUOTED" "$FIXED" "$TITLE" "$LATER"
  id -u
} > out/report.txt
mkdir -p out/tree
echo deep > out/tree/leaf
`

const told = (uid: string) => `/app/model/deep/other.bin beside
/app/model/deep/weights.bin the weights
/app/model/model.json {"layers":2}
/data/more/a/b/c.txt from the tar
/data/tables/2026/january.csv jan
/data/tables/index.csv idx
-rw-r--r--
a b|fixed|From the job|two
${uid}
`

/** Cases 1 to 3 of the worker contract, with seconds for the minutes of a real job. */
export function contractCases(user: User, world: () => PodJobs): void {
  const as = user === 'root' ? ' (as root)' : ''

  it(`case 1${as}: lines are live while the image runs (6 s), and what it moved is the output`, async () => {
    const consumer = await world().consumer()
    const id = await delivered(consumer, settings(6, 'DESTINATION="deep/moved.csv"\n'))
    const live = await until(
      'a line while it runs',
      async () => {
        const { text } = await consumer.call('GET', `/jobs/${id}/logs`)
        return text.includes('second 2\n') && text
      },
      90_000,
    )
    assert.equal((await consumer.job(id)).state, 'RUNNING')
    assert.ok(!live.includes('moved'), live)
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    const output = await consumer.call('GET', `/jobs/${id}/outputs/deep?path=moved.csv`)
    assert.equal(output.text, 'x,y\n1,2\n')
    const { text } = await consumer.call('GET', `/jobs/${id}/logs`)
    const seconds = [1, 2, 3, 4, 5, 6].map((second) => `second ${second}\n`).join('')
    assert.equal(text, `${seconds}moved /app/in/table.csv to out/deep/moved.csv\n`)
    await world().nothingStays(id)
  })

  it(`case 2${as}: without DESTINATION it is FAILED with exit code 1, and the log is kept`, async () => {
    const consumer = await world().consumer()
    const id = await delivered(consumer, settings(1))
    const ended = await consumer.ended(id)
    assertFailure(ended, { code: 'exit-code', says: /exit code 1/, exitCode: 1 })
    assert.equal(ended.attempts.length, 1)
    assert.equal(ended.failure?.logTail, 'DESTINATION is not set\n')
    await world().nothingStays(id)
    assert.equal((await consumer.call('GET', `/jobs/${id}/logs`)).text, 'DESTINATION is not set\n')
  })

  it(`case 3${as}: inputs of all kinds at once, and the entrypoint is an uploaded file`, async () => {
    const consumer = await world().consumer()
    await consumer.put('settings.env', `QUOTED="a b"\nFIXED=lost\nTITLE=lost\nLATER=one\nLATER=two`)
    await consumer.put('entrypoint.sh', tells)
    await consumer.put(
      'model.zip',
      await zipOf({
        'model.json': '{"layers":2}',
        'deep/weights.bin': 'replaced by the file',
        'deep/other.bin': 'beside',
      }),
    )
    await consumer.put('weights.bin', 'the weights')
    await consumer.put('more.tar.gz', await tarGzOf({ 'a/b/c.txt': 'from the tar' }))
    await consumer.put('tables', 'idx', 'index.csv')
    await consumer.put('tables', 'jan', '2026/january.csv')
    await consumer.call('POST', '/inputs/tables/complete')
    const id = await consumer.submit('everything', { parameters: { TITLE: 'From the job' } })
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    const report = await consumer.call('GET', `/jobs/${id}/outputs/report.txt`)
    assert.equal(report.text, told(user === 'root' ? '0' : '1000'))
    const zip = await consumer.call('GET', `/jobs/${id}/outputs/all.zip`)
    assert.equal(zip.status, 200)
    assert.match(zip.text, /tree\/leaf/)
    await world().nothingStays(id)
    const { text } = await consumer.call('GET', `/jobs/${id}/logs`)
    assert.equal(text, 'entrypoint.sh model out \n')
  })
}
