import type { ComputeService } from '../../domain/compute-service.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { OpeningMessage } from './opening-message.ts'
import type { Transaction } from '../ports/database.ts'

/**
 * Which compute services an agreement allows: ids in the message's metadata; else the one that the asset's data address
 * names; else those whose datasets contain the message's dataset or `*`; else the one whose id is the dataset. Throws
 * `no-compute-service`.
 */
export async function resolveServices(
  tx: Transaction,
  message: OpeningMessage,
): Promise<readonly string[]> {
  const offered = await tx.services.list({ where: { retiredAt: null }, orderBy: 'id' })
  const named = namedServices(message.metadata['computeServices'])
  const byAsset = message.assetService === null ? undefined : [message.assetService]
  const ids = named ?? byAsset ?? (await servicesOfDataset(tx, offered, message.datasetId))
  const known = ids.filter((id) => offered.some((service) => service.id === id))
  if (known.length > 0 && known.length === ids.length) return known
  throw noService(message)
}

function noService({ assetService, datasetId }: OpeningMessage): ProblemError {
  const dataset = JSON.stringify(datasetId)
  if (assetService !== null) {
    const service = JSON.stringify(assetService)
    return new ProblemError(
      'no-compute-service',
      `The asset ${dataset} names the compute service ${service}, which is not offered.`,
      { nextStep: "Offer the service, or correct `service` in the asset's data address." },
    )
  }
  return new ProblemError(
    'no-compute-service',
    `No compute service is offered for the dataset ${dataset}.`,
    {
      nextStep:
        "Name the dataset in a service's `datasets`, or give `computeServices` in the asset's metadata.",
    },
  )
}

function namedServices(value: unknown): readonly string[] | undefined {
  const list: unknown = typeof value === 'string' ? value.split(',') : value
  if (!Array.isArray(list) || list.length === 0) return undefined
  return [...new Set(list.map((entry) => (typeof entry === 'string' ? entry.trim() : '')))]
}

async function servicesOfDataset(
  tx: Transaction,
  offered: readonly ComputeService[],
  datasetId: string,
): Promise<readonly string[]> {
  const matching: string[] = []
  for (const { id, version } of offered) {
    const newest = await tx.serviceVersions.get({ serviceId: id, version })
    const datasets = newest?.content.datasets ?? []
    if (datasets.includes(datasetId) || datasets.includes('*')) matching.push(id)
  }
  return matching.length > 0 ? matching : [datasetId]
}
