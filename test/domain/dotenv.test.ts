import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseDotenv } from '../../src/domain/dotenv.ts'
import { FailureError } from '../../src/domain/failure.ts'

const parse = (text: string) =>
  Object.fromEntries(parseDotenv(new TextEncoder().encode(text), 'settings.env'))

const readings: readonly (readonly [reason: string, text: string, Record<string, string>])[] = [
  ['a plain assignment', 'A=1', { A: '1' }],
  ['export is optional', 'export A=1\nexport\tB=2', { A: '1', B: '2' }],
  ['an empty value is a value', 'A=\nB=""', { A: '', B: '' }],
  ['blank lines and comments are nothing', '\n  # A=1\n\t\nB=2\n', { B: '2' }],
  [
    'a comment may follow after white space',
    'A=1   # one\nB=\'2\' # two\nC="3"# three',
    { A: '1', B: '2', C: '3' },
  ],
  ['a hash inside a word is no comment', 'A=a#b\nB="a # b"', { A: 'a#b', B: 'a # b' }],
  ['white space around is not part of a bare value', '  A =  a b \t', { A: 'a b' }],
  ['single quotes keep everything', "A='a\\n\"$B #'", { A: 'a\\n"$B #' }],
  ['double quotes know escapes', 'A="a\\tb\\n\\"c\\" \\\\ \\$ \\x"', { A: 'a\tb\n"c" \\ $ \\x' }],
  ['quotes span lines', 'A="one\ntwo"\nB=\'x\n\ny\'\nC=3', { A: 'one\ntwo', B: 'x\n\ny', C: '3' }],
  ['nothing is interpolated', 'A=1\nB=$A ${A} $(A) `A`', { A: '1', B: '$A ${A} $(A) `A`' }],
  ['a later one wins', 'A=1\nA=2', { A: '2' }],
  ['an equals sign may be in a value', 'A=b=c==', { A: 'b=c==' }],
  [
    'a byte order mark and CRLF are read over',
    '\ufeffA=1\r\nB="x\r\ny"\r\n',
    { A: '1', B: 'x\ny' },
  ],
  ['quotes inside a bare value are its own', 'A=it\'s "so"', { A: 'it\'s "so"' }],
]

const refusals: readonly (readonly [reason: string, text: string, message: RegExp])[] = [
  [
    'a line without assignment',
    'A=1\nnonsense-canary\n',
    /^Input settings\.env: line 2: is no assignment/,
  ],
  ['a name that is no name', '1A=canary', /line 1/],
  [
    'a quote without end names the line where it begins',
    'A=1\n\nB="canary\nx',
    /line 3: B has no closing quote/,
  ],
  ['text after a closing quote', "A='x' canary", /line 1: A has text after its closing quote/],
  ['our own variables', 'A="\n"\nDSC_ROOT=canary', /line 3: DSC_ROOT cannot be set/],
  ['the search path', 'PATH=canary', /line 1: PATH/],
  ['the loader', 'export LD_PRELOAD=canary', /line 1: LD_PRELOAD/],
  ["Node's options", 'NODE_OPTIONS=canary', /line 1: NODE_OPTIONS/],
  ['NUL', 'A=canary\0', /line 1: A contains NUL/],
]

describe('dotenv', () => {
  for (const [reason, text, expected] of readings) {
    it(`reads: ${reason}`, () => assert.deepEqual(parse(text), expected))
  }
  for (const [reason, text, message] of refusals) {
    it(`refuses: ${reason}, without telling a value`, () => {
      assert.throws(
        () => parse(text),
        (error: unknown) =>
          error instanceof FailureError &&
          error.failure.code === 'environment-invalid' &&
          message.test(error.message) &&
          !error.message.includes('canary'),
      )
    })
  }
  it('refuses more than 256 KiB and what is not UTF-8', () => {
    assert.throws(() => parse(`A=${'x'.repeat(256 * 1024)}`), /256 KiB/)
    assert.throws(() => parseDotenv(Uint8Array.of(0x41, 0x3d, 0xff), 'x'), /not UTF-8/)
    assert.equal(parse(`A=${'x'.repeat(256 * 1024 - 2)}`)['A']?.length, 256 * 1024 - 2)
  })
  it('takes any value in single quotes as it is', () => {
    const values = fc.string({ unit: 'binary' }).filter((value) => !/['\0\r]/.test(value))
    fc.assert(fc.property(values, (value) => assert.equal(parse(`A='${value}'\nB=2`)['A'], value)))
  })
  it('reads or refuses any text, and never throws anything else', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('A', '=', ' ', '\n', '"', "'", '\\', '#', '$', 'export'),
        }),
        (text) => {
          try {
            parse(text)
          } catch (error) {
            assert.ok(error instanceof FailureError)
          }
        },
      ),
    )
  })
})
