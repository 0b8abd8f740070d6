import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suspendWorkspace } from '../../src/application/workspaces/operate-workspace.ts'
import { createService } from '../../src/application/services/save-service.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { createHttpLog } from '../../src/telemetry/http-log.ts'
import { measured } from '../../src/telemetry/measured-reconciler.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createMetricsText } from '../../src/telemetry/state-gauges.ts'
import {
  openControlPlane,
  openingMessage,
  operatedApplication,
} from '../support/operated-application.ts'

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

test('counters and durations are shown under their names', async () => {
  const metrics = createMetrics(quiet)
  metrics.count('transferred_bytes_total', { way: 'pull' }, 512)
  metrics.count('transferred_bytes_total', { way: 'pull' })
  metrics.observeSeconds('provision_seconds', 0.3)
  const text = await metrics.register.metrics()
  assert.match(text, /dsc_transferred_bytes_total\{way="pull"\} 513/)
  assert.match(text, /dsc_provision_seconds_count 1/)
})

test('a metric with other labels is left out and breaks nothing', () => {
  const metrics = createMetrics(quiet)
  metrics.count('x_total', { a: '1' })
  assert.doesNotThrow(() => metrics.count('x_total', { b: '1' }))
})

test('requests and passes are counted with what they were', async () => {
  const metrics = createMetrics(quiet)
  const log = createHttpLog(quiet, metrics)
  log.info({ listener: 'consumer', operationId: 'getJob', status: 200, ms: 12 }, 'request')
  log.info({ listener: 'consumer' }, 'started')
  const reconciler = measured(
    {
      kind: 'job',
      slots: 1,
      parkAfter: null,
      maxBackoffMs: 1,
      run: () => Promise.reject(new Error('no')),
    },
    metrics,
  )
  await assert.rejects(
    reconciler.run({
      id: 'job-1',
      failures: 0,
      signal: AbortSignal.timeout(1000),
      renew: () => Promise.resolve(),
      record: () => Promise.reject(new Error('not here')),
    }),
  )
  const text = await metrics.register.metrics()
  assert.match(
    text,
    /dsc_http_requests_total\{listener="consumer",operation="getJob",status="200"\} 1/,
  )
  assert.match(text, /dsc_passes_total\{kind="job",result="failed"\} 1/)
})

test('gauges say how many rows are in which state, also when it changes', async (context) => {
  const { app, clock } = await operatedApplication(context)
  const { register } = createMetrics(quiet)
  const heardAt = new Date(app.now().getTime() - 7000)
  const compute = { lastContactAt: () => heardAt }
  const { database, now } = app
  const text = createMetricsText({ register, database, compute, now, log: quiet })
  const service = parseServiceContent({ id: 'sum', title: 'S', worker: { image: 'i' } })
  await app.database.transaction((tx) => createService(app, tx, service, 'api'))
  await startDataFlow(app, openControlPlane, openingMessage())
  assert.match(await text(), /dsc_workspaces\{state="PROVISIONING"\} 1/)
  assert.match(await text(), /dsc_compute_silence_seconds 7\b/)
  const [workspace] = await app.database.read.workspaces.list({})
  await app.database.read.workspaces.update({ id: workspace?.id ?? '' }, { state: 'READY' })
  await suspendWorkspace(app, workspace?.id ?? '')
  clock.advance(6)
  const after = await text()
  assert.match(after, /dsc_workspaces\{state="SUSPENDED"\} 1/)
  assert.doesNotMatch(after, /dsc_workspaces\{state="PROVISIONING"\}/)
  assert.match(after, /dsc_flows\{state="STARTED"\} 1/)
  assert.match(after, /dsc_work_due\{kind="workspace"\} 1/)
  assert.match(after, /dsc_database_up 1/)
})
