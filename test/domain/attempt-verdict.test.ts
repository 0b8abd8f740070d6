import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentReport } from '../../src/domain/agent-report.ts'
import { judgeAttempt, type AttemptEvidence } from '../../src/domain/attempt-verdict.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { failure } from '../../src/domain/failure.ts'

const { content: service } = parseServiceContent({
  id: 's',
  title: 's',
  worker: { command: ['true'] },
  outputs: [
    { name: 'result', kind: 'file', required: true },
    { name: 'extra', kind: 'file', required: false },
    { name: 'all', kind: 'directory', required: true },
  ],
  outputDirectory: '/out',
  limits: { retryExitCodes: [75] },
})

const report: AgentReport = {
  schema: 'dataspace-compute/agent-report/1',
  jobId: 'job-1',
  attempt: 1,
  inputs: [],
  outputs: [
    { name: 'result', path: null, key: 'k', bytes: 1, sha256: 'aa', etag: '"e"' },
  ] as AgentReport['outputs'],
  missing: ['extra'],
  failure: null,
}

const good: AttemptEvidence = {
  service,
  exitCode: 0,
  backendFailure: null,
  report,
  unverified: [],
  stopFailure: null,
  cancelled: false,
}

const lost = failure('node-lost', 'Gone.')
const timeout = failure('run-timeout', 'Too long.')
const ended = failure('workspace-ended', 'Over.')

const cases: readonly [string, Partial<AttemptEvidence>, string][] = [
  ['exit code 0 and all required outputs verified', {}, 'SUCCEEDED'],
  ['an optional output may be missing', { report: { ...report, missing: ['extra'] } }, 'SUCCEEDED'],
  ['exit code 3 is the user’s, once', { exitCode: 3 }, 'user exit-code once'],
  ['an exit code that the service names is tried again', { exitCode: 75 }, 'user exit-code again'],
  [
    'a worker that failed counts before the outputs that it did not write',
    { exitCode: 3, report: { ...report, missing: ['result'] } },
    'user exit-code once',
  ],
  [
    'a required output that is missing',
    { report: { ...report, outputs: [], missing: ['result'] } },
    'user output-missing once',
  ],
  [
    'a required output that was neither collected nor reported missing',
    { report: { ...report, outputs: [] } },
    'system collecting-failed again',
  ],
  ['no report', { report: null }, 'system collecting-failed again'],
  ['an object that is not as reported', { unverified: ['k'] }, 'system collecting-failed again'],
  ['a worker whose end is not known', { exitCode: null }, 'system node-lost again'],
  ['what the backend says counts', { backendFailure: lost }, 'system node-lost again'],
  [
    'also before the exit code',
    { backendFailure: timeout, exitCode: 143 },
    'user run-timeout once',
  ],
  [
    'what the agent says counts when the backend says nothing',
    { report: { ...report, failure: failure('input-changed', 'x') }, exitCode: null },
    'data input-changed once',
  ],
  ['cancelled, whatever else', { cancelled: true, exitCode: 143 }, 'CANCELLED'],
  ['cancelled too late is cancelled', { cancelled: true }, 'CANCELLED'],
  [
    'stopped by a limit: that limit is the reason',
    { stopFailure: timeout, exitCode: 143, cancelled: true },
    'user run-timeout once',
  ],
  [
    'stopped by the workspace’s end',
    { stopFailure: ended, exitCode: 137 },
    'policy workspace-ended once',
  ],
]

for (const [name, changes, expected] of cases) {
  test(`${name}: ${expected}`, () => {
    const verdict = judgeAttempt({ ...good, ...changes })
    const words =
      verdict.state === 'FAILED'
        ? `${verdict.failure.class} ${verdict.failure.code} ${verdict.retry ? 'again' : 'once'}`
        : verdict.state
    assert.equal(words, expected)
  })
}

test('the reason names the output that is missing', () => {
  const verdict = judgeAttempt({ ...good, report: { ...report, missing: ['result'] } })
  assert.match(verdict.state === 'FAILED' ? verdict.failure.message : '', /result/)
})
