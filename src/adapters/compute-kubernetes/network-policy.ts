import type { V1NetworkPolicy, V1NetworkPolicyEgressRule } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import type { JobSettings } from './job-settings.ts'
import { labels, managedBy, serviceLabel } from './names.ts'

/** One installation's own: two in one namespace may have the same services. */
export const policyName = (
  { serviceId, version }: Pick<AttemptSpec, 'serviceId' | 'version'>,
  { installationId }: Pick<JobSettings, 'installationId'>,
) => `dataspace-compute-${installationId}-${serviceLabel(serviceId, version)}`

/**
 * What the pods of one version of a service may reach: name service, object store, and what the service says. It
 * selects them for both directions, so everything else is denied.
 */
export function networkPolicy(spec: AttemptSpec, settings: JobSettings): V1NetworkPolicy {
  const selected = {
    [labels.installation]: settings.installationId,
    [labels.service]: serviceLabel(spec.serviceId, spec.version),
  }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: policyName(spec, settings),
      namespace: settings.namespace,
      labels: { [labels.managedBy]: managedBy, ...selected },
    },
    spec: {
      podSelector: { matchLabels: selected },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [nameService, storeRule(settings), ...spec.service.egress.map(serviceRule)],
    },
  }
}

const nameService: V1NetworkPolicyEgressRule = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
}

function storeRule({ storeCidrs, storePort }: JobSettings): V1NetworkPolicyEgressRule {
  return {
    ports: [{ protocol: 'TCP', port: storePort }],
    ...(storeCidrs.length === 0 ? {} : { to: storeCidrs.map((cidr) => ({ ipBlock: { cidr } })) }),
  }
}

function serviceRule({
  cidr,
  ports,
}: AttemptSpec['service']['egress'][number]): V1NetworkPolicyEgressRule {
  return {
    to: [{ ipBlock: { cidr } }],
    ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: 'TCP', port })) }),
  }
}
