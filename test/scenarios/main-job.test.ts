import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { consumerClient } from '../support/consumer-client.ts'
import {
  openingBody,
  property,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { tableSummary } from '../support/services.ts'
import { until } from '../support/until.ts'

const table = (name: string) =>
  readFile(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url))

test('the eight steps, from the connector to the deletion report', async () => {
  await using plane = await startControlPlane()
  await using under = await startUnderTest({
    services: { 'table.service.yaml': tableSummary },
    controlPlanes: {
      'edc.control-plane.yaml': {
        id: 'edc',
        protocol: 'dps',
        inbound: { type: 'none' },
        callbacks: { url: plane.url, type: 'none' },
      },
    },
    variables: { DSC_LINGER_SECONDS: '0' },
  })
  const opening = openingBody()
  const started = await signal(under.connectorUrl, 'start', opening)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const consumer = consumerClient(`${under.consumerUrl}/v1`, property(started, 'authorization'))

  const credentials = (await consumer.call('POST', '/credentials', {})).body as Record<
    string,
    string
  >
  const s3 = new S3Client({
    endpoint: credentials['endpoint'] ?? '',
    region: credentials['region'] ?? '',
    forcePathStyle: true,
    credentials: {
      accessKeyId: credentials['accessKeyId'] ?? '',
      secretAccessKey: credentials['secretAccessKey'] ?? '',
      sessionToken: credentials['sessionToken'] ?? '',
    },
  })
  const Bucket = credentials['bucket'] ?? ''
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'inputs/daily.csv',
      Body: await table('seattle-weather.csv'),
    }),
  )

  const monthly = await table('co2-concentration.csv')
  const source = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer edr-token') response.writeHead(403).end()
    else response.writeHead(200, { 'content-length': monthly.length, etag: '"1"' }).end(monthly)
  })
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve))
  const { port } = source.address() as AddressInfo

  const expectation = (
    await consumer.call('POST', '/transfers', { input: 'monthly.csv', expect: true })
  ).body as {
    id: string
    callbackAddress: { uri: string }
  }
  const job = await consumer.call('POST', '/jobs', {
    serviceId: 'table-summary',
    parameters: { TITLE: 'Seattle and the air' },
    labels: { order: '4711' },
    start: 'when-inputs-ready',
  })
  assert.equal(job.status, 201, job.text)
  const { id } = job.body as { id: string }

  const event = {
    id: 'e1',
    at: 1,
    type: 'TransferProcessStarted',
    payload: {
      transferProcessId: 'tp-1',
      type: 'CONSUMER',
      dataAddress: {
        properties: {
          'https://w3id.org/edc/v0.0.1/ns/type': 'https://w3id.org/idsa/v4.1/HTTP',
          'https://w3id.org/edc/v0.0.1/ns/endpoint': `http://127.0.0.1:${port}/file`,
          'https://w3id.org/edc/v0.0.1/ns/authType': 'bearer',
          'https://w3id.org/edc/v0.0.1/ns/authorization': 'edr-token',
        },
      },
    },
  }
  const told = await fetch(expectation.callbackAddress.uri, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  })
  assert.deepEqual([told.status, await told.json()], [200, { effect: 'bound' }])

  const ended = await until('the end of the job', async () => {
    const seen = (await consumer.call('GET', `/jobs/${id}`)).body as {
      state: string
      failure: unknown
    }
    return ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(seen.state) && seen
  })
  assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))

  const keys = (await (
    await fetch(`${under.consumerUrl}/.well-known/jwks.json`)
  ).json()) as JSONWebKeySet
  const { manifest, signature } = (await consumer.call('GET', `/jobs/${id}/manifest`)).body as {
    manifest: { outputs: { path: string; sha256: string }[] }
    signature: string
  }
  const verified = await compactVerify(signature, createLocalJWKSet(keys))
  assert.deepEqual(JSON.parse(Buffer.from(verified.payload).toString()), manifest)
  assert.ok(manifest.outputs.length > 3)
  for (const { path, sha256 } of manifest.outputs) {
    const url = `${under.consumerUrl}/v1/jobs/${id}/outputs/report?path=${encodeURIComponent(path)}`
    const answer = await fetch(url, { headers: { authorization: consumer.token } })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
  }
  const log = await consumer.call('GET', `/jobs/${id}/logs`)
  assert.match(log.text, /progress 100 %/)

  const workspace = (await consumer.call('GET', '/workspace')).body as { deletionReportUrl: string }
  const terminated = await signal(under.connectorUrl, `${opening.processId}/terminate`, {
    messageId: 'm2',
  })
  assert.equal(terminated.status, 200)
  const jws = await until('the deletion report', async () => {
    const answer = await fetch(workspace.deletionReportUrl)
    return answer.status === 200 && answer.text()
  })
  const report = await compactVerify(jws, createLocalJWKSet(keys))
  const content = JSON.parse(Buffer.from(report.payload).toString()) as Record<string, unknown>
  assert.equal(content['endCause'], 'no-flow')
  assert.ok(Number(content['objectsDeleted']) > 5)
  assert.equal((await consumer.call('GET', '/jobs')).status, 410)
  source.close()
  s3.destroy()
})
