import { isDeepStrictEqual } from 'node:util'
import type { V1Container, V1NetworkPolicyEgressRule, V1Pod } from '@kubernetes/client-node'
import { containers } from '../../src/adapters/compute-kubernetes/names.ts'
import { shortId } from '../terminal.ts'
import type { JobObjects } from './objects.ts'

type Row = readonly [kind: string, name: string, purpose: string]

/** A row for each object. Of Secrets the keys alone. */
export function describeObjects({ jobs, pods, secrets, policies }: JobObjects): readonly Row[] {
  const row = (kind: string, name: string | undefined, purpose: string): Row => [
    kind,
    shortId(name ?? '?'),
    purpose,
  ]
  return [
    ...jobs.map(({ metadata }) => row('job', metadata?.name, 'one attempt: one pod, never again')),
    ...pods.map((pod) => row('pod', pod.metadata?.name, containersOf(pod))),
    ...secrets.map(({ metadata, data }) =>
      row('secret', metadata?.name, `holds ${Object.keys(data ?? {}).join(', ')}`),
    ),
    ...policies.map(({ metadata, spec }) =>
      row('networkpolicy', metadata?.name, `out: ${(spec?.egress ?? []).map(ways).join('; ')}`),
    ),
  ]
}

const containersOf = ({ spec }: V1Pod) =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .map(({ name, resources }) => `${name} (at most ${resources?.limits?.['memory'] ?? '?'})`)
    .join(', ')

function ways({ to = [], ports = [] }: V1NetworkPolicyEgressRule): string {
  const places = to.map(({ ipBlock }) => ipBlock?.cidr ?? '?').join(', ')
  const numbers = [...new Set(ports.map(({ port }) => String(port ?? 'any')))].join(', ')
  return `${places === '' ? 'any address' : places} port ${numbers}`
}

/** The worker gets its own Secret and nothing else, and no more rights than any user has. */
export function isConfined({ jobs, pods }: JobObjects): boolean {
  const own = `${jobs[0]?.metadata?.name ?? '?'}-worker`
  return (
    pods.length > 0 &&
    pods.every(({ spec }) => {
      const worker = spec?.containers.find(({ name }) => name === containers.worker)
      return (
        worker !== undefined &&
        spec?.automountServiceAccountToken === false &&
        readsOnly(own, worker) &&
        mountsNoSecret(worker, spec) &&
        worker.securityContext?.runAsNonRoot === true &&
        worker.securityContext.allowPrivilegeEscalation === false
      )
    })
  )
}

const readsOnly = (secret: string, { env = [], envFrom = [] }: V1Container) =>
  envFrom.length === 0 &&
  env.every(({ valueFrom }) => valueFrom === undefined || valueFrom.secretKeyRef?.name === secret)

function mountsNoSecret(
  { volumeMounts = [] }: V1Container,
  { volumes = [] }: NonNullable<V1Pod['spec']>,
) {
  const mounted = volumes.filter(({ name }) => volumeMounts.some((mount) => mount.name === name))
  return mounted.every(({ emptyDir }) => emptyDir !== undefined)
}

/** Nobody may come in, and the ways out are name service and store. */
export const isClosed = ({ policies }: JobObjects, storeAddress: string, storePort: string) =>
  policies.length > 0 &&
  policies.every(
    ({ spec }) =>
      spec?.policyTypes?.includes('Ingress') === true &&
      spec.policyTypes.includes('Egress') &&
      (spec.ingress ?? []).length === 0 &&
      isDeepStrictEqual((spec.egress ?? []).map(ways), [
        'any address port 53',
        `${storeAddress}/${storeAddress.includes(':') ? 128 : 32} port ${storePort}`,
      ]),
  )
