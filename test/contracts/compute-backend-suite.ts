import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AttemptSpec } from '../../src/application/ports/compute-backend.ts'
import { FailureError, type Failure } from '../../src/domain/failure.ts'
import { inputKey } from '../../src/domain/bucket-layout.ts'
import {
  newSpec,
  noSignal,
  run,
  sha256,
  shellService,
  until,
  type MakeWorld,
  type SuiteWorld,
} from './compute-backend-harness.ts'

/** What every backend promises, with workers that any image with a POSIX shell can run. */
export function computeBackendSuite(name: string, makeWorld: MakeWorld): void {
  describe(`compute backend: ${name}`, () => {
    it('stages every kind of input, runs the worker and collects file, directory and archive', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `
          set -e
          cat "$ROOT/work/in/table.csv" > "$OUT/copy.csv"
          mkdir -p "$OUT/report/deep"
          cat "$ROOT/work/set/a.txt" "$ROOT/work/set/b/c.txt" > "$OUT/report/deep/set.txt"
          printf '%s|%s|%s' "$FROM_DOTENV" "$FIXED" "$TITLE" > "$OUT/report/variables.txt"`,
        inputs: [
          { name: 'settings.env', kind: 'environment', mountPath: null },
          { name: 'table.csv', kind: 'file', mountPath: '/work/in' },
          { name: 'set', kind: 'directory', mountPath: '/work/set' },
        ],
        outputs: [
          { name: 'copy.csv', kind: 'file' },
          { name: 'report', kind: 'directory' },
          { name: 'all.zip', kind: 'archive' },
          { name: 'never', kind: 'file' },
        ],
        env: { FIXED: 'fixed' },
      })
      const spec = await newSpec(world, service, {
        inputs: {
          'settings.env': 'export FROM_DOTENV="a b"\nFIXED=overridden\nTITLE=overridden\n',
          'table.csv': 'x,y\n1,2\n',
          set: { 'a.txt': 'first\n', 'b/c.txt': 'second\n' },
        },
        variables: { TITLE: 'A "title" $(FIXED)' },
      })
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure, null, await attempt.log())
      assert.equal(end.exitCode, 0)
      assert.equal((await attempt.output('copy.csv'))?.toString(), 'x,y\n1,2\n')
      assert.equal((await attempt.output('report/deep/set.txt'))?.toString(), 'first\nsecond\n')
      const variables = (await attempt.output('report/variables.txt'))?.toString()
      assert.equal(variables, 'a b|fixed|A "title" $(FIXED)')
      const report = await attempt.report()
      assert.deepEqual(report?.missing, ['never'])
      assert.equal(report.failure, null)
      assert.deepEqual(
        report.inputs.map(({ name, bytes }) => [name, bytes]),
        [
          ['settings.env', 59],
          ['table.csv', 8],
          ['set', 6],
          ['set', 7],
        ],
      )
      const copy = report.outputs.find(({ name }) => name === 'copy.csv')
      assert.equal(copy?.sha256, sha256('x,y\n1,2\n'))
      assert.equal(copy.path, null)
      const paths = report.outputs.filter(({ name }) => name === 'report').map(({ path }) => path)
      assert.deepEqual(paths, ['deep/set.txt', 'variables.txt'])
      const zip = await attempt.output('all.zip')
      assert.equal(zip?.toString('latin1', 0, 2), 'PK')
      assert.equal(report.outputs.find(({ name }) => name === 'all.zip')?.sha256, sha256(zip))
    })

    it('keeps exit code, log and the outputs that exist of a worker that fails', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script:
          'echo out 1; echo err 1 >&2; echo out 2; echo err 2 >&2; echo partial > "$OUT/result"; exit 7',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      const end = await attempt.ended()
      assert.equal(end.exitCode, 7)
      assert.equal(end.failure, null)
      const lines = (await attempt.log()).trimEnd().split('\n')
      const of = (stream: string) => lines.filter((line) => line.startsWith(stream))
      assert.deepEqual(
        [of('out'), of('err')],
        [
          ['out 1', 'out 2'],
          ['err 1', 'err 2'],
        ],
      )
      assert.equal(lines.length, 4)
      assert.equal((await attempt.output('result'))?.toString(), 'partial\n')
    })

    it('shows log lines while the worker runs and ends the stream when it has ended', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: "trap 'echo last; exit 0' TERM; echo first; while :; do sleep 0.1; done",
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.phase('running')
      await attempt.logHas('first')
      const log = await world.backend.logs(attempt.ref, true, noSignal)
      assert.ok(log)
      let text = ''
      for await (const chunk of log) {
        text += String(chunk)
        if (text.includes('first')) await attempt.stop(30)
      }
      assert.match(text, /^first\n(.*\n)*last\n$/)
    })

    it('runs one attempt once however often it is asked for', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo run; sleep 0.3; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const spec = await newSpec(world, service)
      const attempt = await run(world, spec)
      await Promise.all([1, 2, 3].map(() => world.backend.ensure(spec, noSignal)))
      await attempt.ended()
      await world.backend.ensure(spec, noSignal)
      assert.equal((await attempt.status()).phase, 'ended')
      assert.equal(await attempt.log(), 'run\n')
    })

    it('touches nothing when another agent has claimed the attempt', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ran; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const spec = await newSpec(world, service)
      const claim = `jobs/${spec.jobId}/attempts/1/claim`
      await world.store.put(claim, 'somebody else')
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'node-lost')
      assert.equal(end.startedAt, null)
      assert.deepEqual(await world.store.keys(`jobs/${spec.jobId}/`), [claim])
    })

    it('ends the worker by SIGTERM when asked to stop and publishes nothing', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `trap 'echo ending; exit 0' TERM; echo x > "$OUT/result"; echo ready; while :; do sleep 0.05; done`,
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await attempt.stop(30)
      const end = await attempt.ended()
      assert.equal(end.exitCode, 0)
      assert.equal(end.failure, null)
      assert.match(await attempt.log(), /ending/)
      if (world.backend.kind === 'kubernetes') return
      assert.equal(await attempt.report(), null)
      assert.equal(await attempt.output('result'), null)
    })

    it('ends a worker that ignores SIGTERM after the grace time', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: `trap '' TERM; echo ready; while :; do sleep 0.05; done`,
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      const askedAt = performance.now()
      await attempt.stop(1)
      const end = await attempt.ended()
      assert.equal(end.exitCode, 137)
      assert.equal(end.failure, null)
      assert.ok(performance.now() - askedAt >= 900)
    })

    it('fails a worker that runs longer than it may', async (t) => {
      const world = await makeWorld(t)
      if (!world.backend.keepsRunLimit) return
      const service = shellService({
        script: 'echo x > "$OUT/result"; exec sleep 600',
        outputs: [{ name: 'result', kind: 'file' }],
        limits: { runSeconds: 1, graceSeconds: 5 },
      })
      const attempt = await run(world, await newSpec(world, service))
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'run-timeout')
      assert.equal(end.failure.class, 'user')
      assert.equal(await attempt.output('result'), null)
    })

    it('fails with class data when an input is not the pinned one any more', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo never',
        inputs: [{ name: 'in.txt', kind: 'file', mountPath: '/work/in' }],
      })
      const spec = await newSpec(world, service, { inputs: { 'in.txt': 'old' } })
      await world.store.put(inputKey('in.txt'), 'new')
      const attempt = await run(world, spec)
      const end = await attempt.ended()
      assert.equal(end.failure?.code, 'input-changed')
      assert.equal(end.exitCode, null)
      assert.equal((await attempt.report())?.failure?.code, 'input-changed')
    })

    it('refuses a wrong dotenv file, naming line and variable and no value', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo never',
        inputs: [{ name: 'settings.env', kind: 'environment', mountPath: null }],
      })
      const spec = await newSpec(world, service, {
        inputs: { 'settings.env': 'A=1\nLD_PRELOAD=canary-secret\n' },
      })
      const found = await startOrEndFailure(world, spec)
      assert.equal(found?.code, 'environment-invalid')
      assert.match(found.message, /line 2.*LD_PRELOAD/)
      assert.doesNotMatch(found.message, /canary/)
    })
  })
}

/** A backend may find it out before anything runs, or the attempt ends so. */
async function startOrEndFailure(world: SuiteWorld, spec: AttemptSpec): Promise<Failure | null> {
  try {
    return (await (await run(world, spec)).ended()).failure
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}

/** What every backend promises beside and after the worker's run. */
export function computeBackendLifeSuite(name: string, makeWorld: MakeWorld): void {
  describe(`compute backend around the run: ${name}`, () => {
    it('keeps two attempts at once apart', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'cat "$ROOT/work/in/in-$WHO.txt" > "$OUT/result"',
        inputs: [
          { name: 'in-a.txt', kind: 'file', mountPath: '/work/in' },
          { name: 'in-b.txt', kind: 'file', mountPath: '/work/in' },
        ],
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempts = await Promise.all(
        ['a', 'b'].map(async (who) => {
          const inputs = { [`in-${who}.txt`]: `of ${who}` }
          const spec = await newSpec(world, service, { inputs, variables: { WHO: who } })
          return run(world, spec)
        }),
      )
      const results = attempts.map(async (attempt) => {
        await attempt.ended()
        return (await attempt.output('result'))?.toString()
      })
      assert.deepEqual(await Promise.all(results), ['of a', 'of b'])
    })

    it('waits for fresh credentials when the session has run out', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'sleep 6; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
        limits: { collectSeconds: 200 },
      })
      const spec = await newSpec(world, service, { credentialSeconds: 6 })
      const attempt = await run(world, spec)
      await attempt.phase('collecting')
      await until('an expired session', () =>
        Promise.resolve(spec.credentials.expiresAt.getTime() + 200 < Date.now()),
      )
      assert.equal((await attempt.status()).phase, 'collecting')
      const fresh = await world.store.credentials(spec, [])
      await world.backend.refreshCredentials(attempt.ref, fresh, noSignal)
      const end = await attempt.ended()
      assert.equal(end.failure, null, JSON.stringify(end.failure))
      assert.equal((await attempt.output('result'))?.toString(), 'x\n')
    })

    it('delivers after a store that was away during stage-out has come back', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ready; sleep 1.5; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await world.store.goAway()
      await attempt.phase('collecting')
      await pause(1000)
      assert.equal((await attempt.status()).phase, 'collecting')
      await world.store.comeBack()
      const end = await attempt.ended()
      assert.equal(end.failure, null)
      assert.equal((await attempt.output('result'))?.toString(), 'x\n')
    })

    it('fails with class system when the store stays away', async (t) => {
      const world = await makeWorld(t)
      const service = shellService({
        script: 'echo ready; sleep 1; echo x > "$OUT/result"',
        outputs: [{ name: 'result', kind: 'file' }],
        limits: { collectSeconds: 2 },
      })
      const attempt = await run(world, await newSpec(world, service))
      await attempt.logHas('ready')
      await world.store.goAway()
      const end = await attempt.ended(30_000)
      assert.equal(end.exitCode, 0)
      assert.equal(end.failure?.code, 'store-unavailable')
      await world.store.comeBack()
    })

    it('tells of changes, lists attempts, and removes them so that nothing is left', async (t) => {
      const world = await makeWorld(t)
      const seen = new Set<string>()
      const observing = world.backend.observe(({ jobId }) => seen.add(jobId))
      t.after(() => observing[Symbol.asyncDispose]())
      const service = shellService({ script: 'echo done' })
      const spec = await newSpec(world, service)
      const attempt = await run(world, spec)
      await until('a hint', () => Promise.resolve(seen.has(spec.jobId)))
      await attempt.ended()
      assert.deepEqual(await world.backend.list(noSignal), [attempt.ref])
      await world.backend.remove(attempt.ref, noSignal)
      await world.backend.remove(attempt.ref, noSignal)
      assert.deepEqual(await world.backend.list(noSignal), [])
      assert.equal((await attempt.status()).phase, 'absent')
      assert.equal(await world.backend.logs(attempt.ref, true, noSignal), null)
    })
  })
}
