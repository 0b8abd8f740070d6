import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expandVariables } from '../../src/domain/variable-expansion.ts'
import {
  inputVariable,
  offeredVariables,
  workerCommand,
  workerEnvironment,
} from '../../src/domain/worker-environment.ts'

const variables = new Map([
  ['A', 'a'],
  ['B', '$(A)'],
  ['EMPTY', ''],
])

/** The cases of Kubernetes' own expansion (third_party/forked/golang/expansion). */
const cases: readonly (readonly [reason: string, text: string, expected: string])[] = [
  ['a name', 'x$(A)y', 'xay'],
  ['a name twice', '$(A)$(A)', 'aa'],
  ['an empty value', '[$(EMPTY)]', '[]'],
  ['what is put in is not expanded again', '$(B)', '$(A)'],
  ['an unknown name stays', '$(NOPE) $()', '$(NOPE) $()'],
  ['two dollars are one', '$$(A) $$ $$$(A)', '$(A) $ $a'],
  ['four dollars are two', '$$$$(A)', '$$(A)'],
  ['other uses of the dollar stay', '$A ${A} $', '$A ${A} $'],
  ['no closing bracket', '$(A', '$(A'],
  ['a name ends at the first closing bracket', '$(A$(A))', '$(A$(A))'],
]

describe('variable expansion', () => {
  for (const [reason, text, expected] of cases) {
    it(reason, () => assert.equal(expandVariables(text, variables), expected))
  }
})

describe('worker environment', () => {
  const parts = {
    base: { PATH: '/bin', HOME: '/h' },
    offered: { DSC_ROOT: '/r' },
    inputs: [
      new Map([
        ['IN', '$(DSC_ROOT)'],
        ['X', '1'],
      ]),
      new Map([['X', '2']]),
    ],
    fixed: { OUT: '$(DSC_ROOT)/out', LATER: '$(OUT) $(X) $(PARAMETER)', X: '3', DSC_ROOT: 'bad' },
    parameters: { PARAMETER: '$(DSC_ROOT)', X: '4' },
  }

  it('puts inputs, fixed variables and parameters in that order, expanding only the fixed ones', () => {
    assert.deepEqual(Object.fromEntries(workerEnvironment(parts)), {
      PATH: '/bin',
      HOME: '/h',
      DSC_ROOT: '/r',
      IN: '$(DSC_ROOT)',
      X: '4',
      OUT: '/r/out',
      LATER: '/r/out 2 $(PARAMETER)',
      PARAMETER: '$(DSC_ROOT)',
    })
  })
  it('refuses parameters that consumers cannot set', () => {
    assert.throws(() => workerEnvironment({ ...parts, parameters: { PATH: 'x' } }), /PATH/)
    assert.throws(() => workerEnvironment({ ...parts, parameters: { A: '\0' } }), /NUL/)
  })
  it('puts every variable into command and arguments', () => {
    assert.deepEqual(workerCommand(['$(A)'], ['$(B)', '$$(A)'], variables), ['a', '$(A)', '$(A)'])
  })
  it('offers places by the names of inputs', () => {
    assert.equal(inputVariable('my-table.v2.csv'), 'DSC_INPUT_MY_TABLE_V2_CSV')
    const inputs = [
      { name: 't.csv', kind: 'file', mountPath: '/in' },
      { name: 'set', kind: 'directory', mountPath: '/set' },
      { name: 'e.env', kind: 'environment', mountPath: null },
    ] as const
    assert.deepEqual(offeredVariables({ jobId: 'job-1', attempt: 2 }, '', inputs, '/out'), {
      DSC_ROOT: '',
      DSC_JOB_ID: 'job-1',
      DSC_ATTEMPT: '2',
      DSC_OUTPUT_DIR: '/out',
      DSC_INPUT_T_CSV: '/in/t.csv',
      DSC_INPUT_SET: '/set',
    })
  })
})
