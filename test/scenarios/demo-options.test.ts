import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { checkMachine } from '../../demo/connectors/open-connectors.ts'
import { startDemo } from '../support/demo-process.ts'

const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'real connectors and pods',
    ['--connector', 'edc', '--compute', 'kubernetes'],
    /--connector edc and --compute kubernetes do not go together: .* Leave one of them out\./,
  ],
  ['an unknown connector', ['--connector', 'x'], /--connector is played or edc, not "x"\./],
]

for (const [what, args, sentence] of refusals) {
  test(`${what}: refused by one sentence, with nothing made`, async () => {
    await using demo = await startDemo(args)
    assert.equal(await demo.exitCode(), 1, demo.output())
    assert.match(demo.output(), /^The demo cannot run: .*\n$/)
    assert.match(demo.output(), sentence)
    assert.deepEqual(await readdir(demo.folder), ['tmp'])
    await demo.assertGone()
  })
}

test('--help tells of real connectors, and what they need', async () => {
  await using demo = await startDemo(['--help'])
  assert.equal(await demo.exitCode(), 0)
  assert.match(demo.output(), /--connector WHICH/)
  assert.match(demo.output(), /With --connector edc:\n\n[^]*Java 17 or\s+newer, and Maven/)
})

const java = '/usr/bin/java'
const maven = '/usr/bin/mvn'
const apt = '/usr/bin/apt-get'

/** What is there, whether we are root, and what is said; null: the connectors can be had. */
const machines: readonly (readonly [readonly string[], boolean, RegExp | null])[] = [
  [[java, maven], false, null],
  [[apt], true, null],
  [[java, maven, apt], true, null],
  [
    [],
    true,
    /needs Java 17 or newer and Maven, .* Install default-jre-headless and maven, or leave/,
  ],
  [[java, apt], false, /needs Maven, .*that takes root on Debian\)\. Install maven, or leave/],
]

for (const [there, isRoot, sentence] of machines) {
  const name = `${there.join(', ') || 'nothing'}, ${isRoot ? 'root' : 'not root'}`
  test(`${name}: ${sentence === null ? 'the connectors can be had' : 'what lacks is said'}`, () => {
    const check = () => checkMachine((path) => there.includes(path), 'linux', isRoot)
    if (sentence === null) check()
    else assert.throws(check, sentence)
  })
}

test('another system than Linux is refused', () => {
  assert.throws(() => checkMachine(() => true, 'darwin', true), /needs Linux/)
})
