import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { folderName } from '../../src/adapters/compute-local/attempt-folder.ts'
import { cutMarkPattern } from '../../src/domain/worker-log.ts'
import {
  newSpec,
  noSignal,
  run,
  RunningAttempt,
  sha256,
  shellService,
  until,
} from './compute-backend-harness.ts'
import { localWorld, type LocalWorld } from './compute-local-world.ts'

const result = [{ name: 'result', kind: 'file' as const }]

async function pidIn(world: LocalWorld, attempt: RunningAttempt, file: string): Promise<number> {
  const path = join(world.directory, folderName(attempt.ref), file)
  return until(`a process in ${file}`, async () => {
    const text = await readFile(path, 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as { pid: number }).pid
  })
}

const isThere = async (pid: number) => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return text !== null && !/\) Z /.test(text)
}

describe('local process backend, life and death', () => {
  it('ends an attempt whose supervisor was killed as lost, with its worker, and never runs it again', async (t) => {
    const world = await localWorld(t)
    const service = shellService({ script: 'echo run; exec sleep 600', outputs: result })
    const spec = await newSpec(world, service)
    const attempt = await run(world, spec)
    await attempt.logHas('run')
    await attempt.phase('running')
    const worker = await pidIn(world, attempt, 'worker.json')
    process.kill(await pidIn(world, attempt, 'supervisor.json'), 'SIGKILL')
    const end = await attempt.ended()
    assert.equal(end.failure?.code, 'node-lost')
    assert.equal(end.failure.class, 'system')
    assert.ok(end.startedAt)
    await until('the worker gone', async () => !(await isThere(worker)))
    await world.another().ensure(spec, noSignal)
    assert.equal((await attempt.status()).phase, 'ended')
    assert.equal(await attempt.log(), 'run\n')
  })

  it('tells observers of a killed supervisor, which no file tells', async (t) => {
    const world = await localWorld(t)
    const spec = await newSpec(world, shellService({ script: 'echo run; exec sleep 600' }))
    const attempt = await run(world, spec)
    await attempt.logHas('run')
    let hints = 0
    const observing = world.backend.observe(() => hints++)
    t.after(() => observing[Symbol.asyncDispose]())
    await until('a first look', () => Promise.resolve(hints > 0))
    hints = 0
    process.kill(await pidIn(world, attempt, 'supervisor.json'), 'SIGKILL')
    await until('a hint', () => Promise.resolve(hints > 0))
    assert.equal((await attempt.status()).phase, 'ended')
  })

  it('leaves the worker to a supervisor that outlives the service, and a new one takes it up', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: 'echo run; while [ ! -e "$ROOT/go" ]; do sleep 0.05; done; echo x > "$OUT/result"',
      outputs: result,
    })
    const spec = await newSpec(world, service)
    const attempt = await run(world, spec)
    await attempt.logHas('run')
    const backend = world.another()
    await backend.ensure(spec, noSignal)
    const again = new RunningAttempt({ ...world, backend }, attempt.ref)
    await again.phase('running')
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(world.directory, folderName(spec), 'root', 'go'), '')
    assert.equal((await again.ended()).failure, null)
    assert.equal((await again.output('result'))?.toString(), 'x\n')
  })

  it('starts the supervisor of an attempt again that it had not claimed', async (t) => {
    const world = await localWorld(t)
    const service = shellService({ script: 'echo x > "$OUT/result"', outputs: result })
    const spec = await newSpec(world, service)
    await world.store.goAway()
    const attempt = await run(world, spec)
    const first = await pidIn(world, attempt, 'supervisor.json')
    process.kill(first, 'SIGKILL')
    await until('the supervisor gone', async () => !(await isThere(first)))
    assert.equal((await attempt.status()).phase, 'pending')
    await world.store.comeBack()
    await world.another().ensure(spec, noSignal)
    assert.equal((await attempt.ended()).failure, null)
    assert.equal((await attempt.output('result'))?.toString(), 'x\n')
  })

  it('never starts an attempt again whose end came before its claim', async (t) => {
    const world = await localWorld(t)
    const service = shellService({ script: 'echo ran', limits: { stageSeconds: 1 } })
    const spec = await newSpec(world, service)
    await world.store.goAway()
    const attempt = await run(world, spec)
    const end = await attempt.ended()
    assert.equal(end.failure?.code, 'store-unavailable')
    await world.store.comeBack()
    await world.another().ensure(spec, noSignal)
    assert.deepEqual(await attempt.status(), end)
    assert.equal(await attempt.log(), '')
  })

  it('removes an attempt whose supervisor does not answer any more', async (t) => {
    const world = await localWorld(t)
    const spec = await newSpec(world, shellService({ script: 'echo run; exec sleep 600' }))
    const attempt = await run(world, spec)
    await attempt.logHas('run')
    const worker = await pidIn(world, attempt, 'worker.json')
    const supervisor = await pidIn(world, attempt, 'supervisor.json')
    process.kill(supervisor, 'SIGSTOP')
    await world.backend.remove(attempt.ref, noSignal)
    assert.deepEqual(await world.backend.list(noSignal), [])
    await until('both gone', async () => !(await isThere(worker)) && !(await isThere(supervisor)))
  })

  it('never starts an attempt that was to be stopped before', async (t) => {
    const world = await localWorld(t)
    const spec = await newSpec(world, shellService({ script: 'echo ran' }))
    await world.store.goAway()
    const attempt = await run(world, spec)
    await attempt.stop(30)
    const end = await attempt.ended()
    assert.deepEqual([end.exitCode, end.failure, end.startedAt], [null, null, null])
    await world.store.comeBack()
    await world.backend.ensure(spec, noSignal)
    assert.equal(await world.backend.logs(attempt.ref, false, noSignal), null)
  })

  it('ends processes that stay behind, also those that left the group, before it collects', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: `
        sleep 611 & setsid sleep 612 &
        echo "$!" > "$OUT/result"`,
      outputs: result,
    })
    const attempt = await run(world, await newSpec(world, service))
    await attempt.ended()
    const left = await Promise.all(
      (await readdir('/proc')).filter(Number).map(async (pid) => {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        return /sleep\0 ?61[12]/.test(command) && (await isThere(Number(pid)))
      }),
    )
    assert.equal(left.filter(Boolean).length, 0)
  })

  it('builds the environment, inherits nothing, and shows no secret in arguments and its own log', async (t) => {
    process.env['DSC_TEST_CANARY'] = 'canary-of-the-service'
    t.after(() => delete process.env['DSC_TEST_CANARY'])
    const world = await localWorld(t)
    const service = shellService({
      script: 'env > "$OUT/result"; pwd >> "$OUT/result"; echo loud > /dev/stdout; echo "$1"',
      args: ['$(DSC_JOB_ID) $$(X) $(UNKNOWN)'],
      outputs: result,
    })
    const spec = await newSpec(world, service, { variables: { KEY: 'canary-of-the-job' } })
    const attempt = await run(world, spec)
    const supervisor = await pidIn(world, attempt, 'supervisor.json')
    const seen = [
      await readFile(`/proc/${supervisor}/cmdline`, 'utf8').catch(() => ''),
      await readFile(`/proc/${supervisor}/environ`, 'utf8').catch(() => ''),
    ]
    await attempt.ended()
    const folder = join(world.directory, folderName(spec))
    seen.push(await readFile(join(folder, 'agent.log'), 'utf8'))
    assert.doesNotMatch(seen.join(), /canary/)
    assert.ok(!seen.join().includes(spec.credentials.secretAccessKey))
    const text = (await attempt.output('result'))?.toString() ?? ''
    const names = [...text.matchAll(/^([A-Z_0-9]+)=/gm)].map(([, name]) => name).sort()
    const shells = ['OLDPWD', 'PWD', 'SHLVL', '_']
    assert.deepEqual(
      names.filter((name) => !shells.includes(name ?? '')),
      [
        ...['DSC_ATTEMPT', 'DSC_JOB_ID', 'DSC_OUTPUT_DIR', 'DSC_ROOT', 'HOME', 'KEY'],
        ...['OUT', 'PATH', 'ROOT', 'TMPDIR'],
      ],
    )
    assert.ok(text.includes(`\n${join(folder, 'root')}\n`))
    assert.equal(await attempt.log(), `loud\n${spec.jobId} $(X) $(UNKNOWN)\n`)
    assert.equal((await stat(folder)).mode & 0o777, 0o700)
    assert.equal((await stat(join(folder, 'task.json'))).mode & 0o777, 0o600)
    assert.equal((await stat(join(folder, 'credentials.json'))).mode & 0o777, 0o600)
  })

  it('says in the log why a command cannot be started', async (t) => {
    const world = await localWorld(t)
    const service = shellService({ script: '' })
    const worker = { ...service.worker, command: ['no-such-program-anywhere'] }
    const attempt = await run(world, await newSpec(world, { ...service, worker }))
    const end = await attempt.ended()
    assert.equal(end.exitCode, 127)
    assert.match(await attempt.log(), /cannot be started \(ENOENT\)/)
  })

  it('refuses services that need an image or Secrets', async (t) => {
    const { backend } = await localWorld(t)
    const service = shellService({ script: '' })
    assert.equal(backend.refusal(service), null)
    const noCommand = { ...service, worker: { ...service.worker, command: [] } }
    assert.match(backend.refusal(noCommand) ?? '', /worker\.command/)
    const secret = { ...service, worker: { ...service.worker, secretEnv: { A: 'b/c' } } }
    assert.match(backend.refusal(secret) ?? '', /secretEnv/)
  })

  it('tells a worker killed from outside from one that was stopped', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: 'echo x > "$OUT/result"; kill -9 $$$$',
      outputs: result,
    })
    const attempt = await run(world, await newSpec(world, service))
    const end = await attempt.ended()
    assert.deepEqual([end.exitCode, end.failure], [137, null])
    assert.equal((await attempt.output('result'))?.toString(), 'x\n')
  })

  it('measures the time of the processor', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 0.2',
    })
    const attempt = await run(world, await newSpec(world, service))
    const { usage } = await attempt.ended()
    assert.ok((usage.cpuSeconds ?? 0) > 0.05, JSON.stringify(usage))
    assert.ok(usage.wallSeconds >= 0.2 && usage.wallSeconds < 20)
  })
})

describe('local process backend, much of everything', () => {
  it('keeps head and tail of a flood of output, on a bounded disk, with the cut marked', async (t) => {
    const world = await localWorld(t)
    const service = shellService({
      script: 'echo begin; head -c 300000000 /dev/zero | tr "\\0" x; echo; echo finish',
      limits: { logBytes: 1_000_000 },
    })
    const spec = await newSpec(world, service)
    const attempt = await run(world, spec)
    const startedAt = performance.now()
    const end = await attempt.ended(60_000)
    t.diagnostic(
      `300 MB printed, ${Math.round(performance.now() - startedAt)} ms from ensure to end`,
    )
    assert.equal(end.exitCode, 0)
    const log = await attempt.log()
    assert.match(log, /^begin\nx/)
    assert.match(log, /x\nfinish\n$/)
    const left = Number(cutMarkPattern.exec(log)?.[1])
    assert.equal(log.replace(cutMarkPattern, '').length, 1_000_000)
    assert.equal(left + 1_000_000, 300_000_000 + 'begin\n\nfinish\n'.length)
    const logs = join(world.directory, folderName(spec), 'logs')
    const sizes = await Promise.all(
      (await readdir(logs)).map(async (name) => (await stat(join(logs, name))).size),
    )
    assert.ok(sizes.reduce((a, b) => a + b) < 1_001_000)
  })

  it('delivers 200 MiB bit by bit with a supervisor that stays small', async (t) => {
    const world = await localWorld(t)
    const small = await peakOf(world, 1)
    const large = await peakOf(world, 200)
    const growth = (large.peakKib - small.peakKib) / 1024
    t.diagnostic(`peak RSS: 1 MiB ${small.peakKib >> 10} MiB, 200 MiB ${large.peakKib >> 10} MiB`)
    assert.ok(growth <= 64, `grew by ${growth} MiB`)
  })
})

/** The supervisor's highest RSS while it uploads a file of that size; the file is checked. */
async function peakOf(world: LocalWorld, mebibytes: number): Promise<{ peakKib: number }> {
  const service = shellService({
    script: `head -c ${mebibytes * 1024 * 1024} /dev/urandom > "$OUT/result"; sha256sum < "$OUT/result"`,
    outputs: result,
  })
  const attempt = await run(world, await newSpec(world, service))
  const supervisor = await pidIn(world, attempt, 'supervisor.json')
  let peakKib = 0
  const end = await until(
    'the end',
    async () => {
      const text = await readFile(`/proc/${supervisor}/status`, 'utf8').catch(() => '')
      peakKib = Math.max(peakKib, Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0))
      const status = await attempt.status()
      return status.phase === 'ended' ? status : null
    },
    60_000,
  )
  assert.equal(end.failure, null)
  const report = await attempt.report()
  const [digest] = (await attempt.log()).split(' ')
  assert.equal(report?.outputs[0]?.sha256, digest)
  assert.equal(sha256((await attempt.output('result')) ?? ''), digest)
  return { peakKib }
}
