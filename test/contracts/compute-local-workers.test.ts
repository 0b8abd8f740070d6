import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ZipFile } from 'yazl'
import { newSpec, run, shellService } from './compute-backend-harness.ts'
import { localWorld } from './compute-local-world.ts'

const project = join(import.meta.dirname, '../..')
const worker = join(project, 'demo/worker/table-summary/main.mjs')
const data = join(project, 'node_modules/vega-datasets/data')

function tableService(daily: string) {
  const service = shellService({
    script: '',
    inputs: [
      { name: daily, kind: 'file', mountPath: '/work/in' },
      { name: 'co2.csv', kind: 'file', mountPath: '/work/in' },
    ],
    outputs: [{ name: 'report', kind: 'directory' }],
    env: {
      DAILY: `$(DSC_ROOT)/work/in/${daily}`,
      MONTHLY: '$(DSC_ROOT)/work/in/co2.csv',
      OUT_DIR: '$(DSC_ROOT)/work/out',
    },
  })
  return { ...service, worker: { ...service.worker, command: [process.execPath, worker] } }
}

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, body] of Object.entries(files)) zip.addBuffer(Buffer.from(body), name)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('real workers as local processes', () => {
  it('table-summary joins the weather of Seattle with the CO2 of the air', async (t) => {
    const world = await localWorld(t)
    const spec = await newSpec(world, tableService('weather.csv'), {
      inputs: {
        'weather.csv': await readFile(join(data, 'seattle-weather.csv')),
        'co2.csv': await readFile(join(data, 'co2-concentration.csv')),
      },
      variables: { TITLE: 'Weather & <air>' },
    })
    const attempt = await run(world, spec)
    const end = await attempt.ended()
    assert.deepEqual([end.exitCode, end.failure], [0, null], await attempt.log())
    assert.match(
      await attempt.log(),
      /progress 100 %\n1461 days and 741 months read, 48 months joined/,
    )
    const summary = JSON.parse(String(await attempt.output('report/summary.json'))) as {
      title: string
      months: object
    }
    assert.equal(summary.title, 'Weather & <air>')
    assert.deepEqual(summary.months, { from: '2012-01', to: '2015-12', count: 48 })
    const png = await attempt.output('report/plots/calendar.png')
    assert.equal(png?.toString('latin1', 1, 4), 'PNG')
    const page = String(await attempt.output('report/index.html'))
    assert.ok(page.includes('Weather &amp; &lt;air&gt;'))
    const paths = (await attempt.report())?.outputs.map(({ path }) => path)
    assert.deepEqual(paths, [
      'index.html',
      'monthly.csv',
      'plots/calendar.png',
      'plots/precipitation.svg',
      'plots/temp-max.svg',
      'plots/temp-min.svg',
      'plots/wind.svg',
      'summary.json',
    ])
  })

  it('table-summary says in one sentence what it cannot use, with exit code 2', async (t) => {
    const world = await localWorld(t)
    const inputs = { 'bad.csv': 'a,b\n1\n', 'co2.csv': 'Date,CO2\n2012-01-01,1\n' }
    const attempt = await run(world, await newSpec(world, tableService('bad.csv'), { inputs }))
    const end = await attempt.ended()
    assert.deepEqual([end.exitCode, end.failure], [2, null])
    assert.match(
      await attempt.log(),
      /The daily table, line 2: 1 fields where the header has 2\.\n$/,
    )
    assert.deepEqual((await attempt.report())?.missing, ['report'])
  })

  it('an entry point that is itself an input sees archive, file and variables (old asset, unchanged)', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: '',
      inputs: [
        { name: 'input-dummy.env', kind: 'environment', mountPath: null },
        { name: 'input.zip', kind: 'archive', mountPath: '/data' },
        { name: 'input_testfile', kind: 'file', mountPath: '/data' },
        { name: 'entrypoint.sh', kind: 'file', mountPath: '/app' },
      ],
      outputs: [{ name: 'result', kind: 'file' }],
    })
    const spec = await newSpec(
      world,
      {
        ...service,
        worker: { ...service.worker, command: ['/bin/sh'], args: ['app/entrypoint.sh'] },
      },
      {
        inputs: {
          'input-dummy.env':
            'export DATA_DIR="data/arch_dir"\nSLEEPTIME=0 # seconds\nLINES="first\nsecond"\n',
          'input.zip': await zipOf({
            'arch_dir/arch_file_1': 'arch 1\n',
            'arch_dir/arch_file_2': 'arch 2\n',
          }),
          input_testfile: 'file 1\n',
          'entrypoint.sh':
            'sleep "$SLEEPTIME"; { ls data; cat "$DATA_DIR"/* data/input_testfile; echo "$LINES"; } > "$OUT/result"\n',
        },
      },
    )
    const attempt = await run(world, spec)
    const end = await attempt.ended()
    assert.deepEqual([end.exitCode, end.failure], [0, null], await attempt.log())
    const expected = 'arch_dir\ninput_testfile\narch 1\narch 2\nfile 1\nfirst\nsecond\n'
    assert.equal((await attempt.output('result'))?.toString(), expected)
  })

  it('an output directory with a link fails the attempt beside the exit code', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: 'ln -s /etc/passwd "$OUT/link"; echo x > "$OUT/result"; exit 3',
      outputs: [{ name: 'result', kind: 'file' }],
    })
    const attempt = await run(world, await newSpec(world, service))
    const end = await attempt.ended()
    assert.equal(end.exitCode, 3)
    assert.equal(end.failure?.code, 'output-refused')
    assert.match(end.failure.message, /"link" is a link/)
    assert.equal((await attempt.report())?.failure?.code, 'output-refused')
    assert.equal(await attempt.output('result'), null)
  })
})
