import {
  V1ResourceAttributes,
  V1SelfSubjectAccessReview,
  V1SelfSubjectAccessReviewSpec,
} from '@kubernetes/client-node'
import { clusterError, type ClusterClient } from '../adapters/compute-kubernetes/cluster-client.ts'
import {
  permissionName,
  permissions,
  type Permission,
} from '../adapters/compute-kubernetes/permissions.ts'
import { mapConcurrently } from '../staging/concurrency.ts'
import type { CheckLine } from './check-line.ts'

/** How many reviews are asked for at once. */
const atOnce = 6

/** Asks the cluster for every right that the code needs; one line for each that is missing. */
export async function checkPermissions(
  { authorization }: Pick<ClusterClient, 'authorization'>,
  namespace: string,
): Promise<readonly CheckLine[]> {
  const name = 'permissions'
  let allowed: readonly boolean[]
  try {
    allowed = await mapConcurrently(permissions, atOnce, (permission) =>
      isAllowed(authorization, namespace, permission),
    )
  } catch (error) {
    return [
      {
        result: 'fail',
        name,
        detail: `the cluster was not asked: ${clusterError(error).message}`,
        remedy: 'Allow selfsubjectaccessreviews, as clusters do for everybody by default.',
      },
    ]
  }
  const missing = permissions.filter((_, index) => allowed[index] !== true)
  if (missing.length > 0) return missing.map((permission) => missingLine(permission, namespace))
  const detail = `all ${permissions.length} that jobs need in ${namespace} are there`
  return [{ result: 'ok', name, detail }]
}

async function isAllowed(
  authorization: ClusterClient['authorization'],
  namespace: string,
  { apiGroup, resource, subresource, verb }: Permission,
): Promise<boolean> {
  const attributes = Object.assign(new V1ResourceAttributes(), {
    namespace,
    group: apiGroup,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
  })
  const spec = Object.assign(new V1SelfSubjectAccessReviewSpec(), {
    resourceAttributes: attributes,
  })
  const body = Object.assign(new V1SelfSubjectAccessReview(), { spec })
  const { status } = await authorization.createSelfSubjectAccessReview({ body })
  return status?.allowed === true
}

function missingLine(permission: Permission, namespace: string): CheckLine {
  const { apiGroup, resource, subresource, verb, purpose, lost } = permission
  const full = subresource === undefined ? resource : `${resource}/${subresource}`
  return {
    result: 'fail',
    name: 'permissions',
    detail: `${permissionName(permission)} is not allowed in ${namespace} (${purpose}): ${lost}`,
    remedy: `Bind the Role of the chart to the service account, or add {apiGroups: ['${apiGroup}'], resources: [${full}], verbs: [${verb}]} to its Role in ${namespace}.`,
  }
}
