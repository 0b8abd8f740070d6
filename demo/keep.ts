import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Contract } from './acts/ending.ts'
import type { Order } from './acts/inputs.ts'
import type { Provider } from './acts/opening.ts'
import type { Consumer } from './consumer.ts'
import type { DemoCluster } from './kubernetes/cluster.ts'
import { Interrupted, type Stage } from './stage.ts'

/** Leaves everything running, with all that is needed to try it out, until the demo is told to end. */
export async function keepOpen(
  stage: Stage,
  { ready, dataSpace }: Provider,
  { consumer, workspace, bucket }: Contract,
  { job, transfer }: Order,
): Promise<void> {
  const { terminal, signal } = stage
  const { endpoint, token } = consumer
  terminal.table([
    ['consumer API', `${ready.consumerUrl}/docs`],
    ['connector API', `${ready.connectorUrl}/docs`],
    ['management API', `${ready.managementUrl}/docs`],
    ['management key', ready.managementKeyFile],
    ['object store (S3)', ready.storeUrl],
    ['service', `process ${ready.pid}, log ${stage.service?.logFile ?? '?'}`],
    ...dataSpace.doors,
    ['workspace', workspace.id],
    ['bucket', bucket.name],
    ['job', job.id],
    ['transfer', transfer.id],
    ['results', stage.resultsFolder],
  ])
  terminal.say('The consumer, to be pasted into another terminal:')
  terminal.quote(`TOKEN=${token}`)
  for (const command of [
    `curl -sH "Authorization: Bearer $TOKEN" ${endpoint}`,
    `curl -sH "Authorization: Bearer $TOKEN" ${endpoint}/jobs/${job.id}`,
    `curl -sH "Authorization: Bearer $TOKEN" ${endpoint}/jobs/${job.id}/logs`,
    `curl -sH "Authorization: Bearer $TOKEN" ${endpoint}/jobs/${job.id}/outputs`,
    `curl -sNH "Authorization: Bearer $TOKEN" -H "Accept: text/event-stream" ${endpoint}/events`,
    `curl -sH "Authorization: Bearer $TOKEN" -X POST -H "Content-Type: application/json" -d "{}" ${endpoint}/credentials`,
  ]) {
    terminal.quote(command)
  }
  terminal.say('The operator:')
  terminal.quote(
    `curl -sH "X-Api-Key: $(cat ${ready.managementKeyFile})" ${ready.managementUrl}/v1/workspaces`,
  )
  if (stage.cluster !== null) tellCluster(stage, stage.cluster, consumer)
  clearTimeout(stage.limit)
  // Nothing else keeps this process alive while nobody calls.
  const timer = setInterval(() => undefined, 60_000)
  await once(signal, 'abort')
  clearInterval(timer)
  if (!(signal.reason instanceof Interrupted)) throw signal.reason
  terminal.say()
  terminal.say('Everything ends now.')
}

function tellCluster({ terminal }: Stage, cluster: DemoCluster, { endpoint }: Consumer): void {
  terminal.say(
    'The cluster. Of the job nothing is left there; order another one, and look at its pod:',
  )
  for (const command of [
    `export KUBECONFIG=${resolve(cluster.kubeconfig)}`,
    `kubectl -n ${cluster.namespace} get pods --watch &`,
    `curl -sH "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"serviceId":"table-summary"}' ${endpoint}/jobs`,
    `kubectl -n ${cluster.namespace} describe job,pod`,
    `kubectl -n ${cluster.namespace} get events,networkpolicies`,
  ]) {
    terminal.quote(command)
  }
}
