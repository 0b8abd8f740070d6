import { bounds } from '../../domain/bounds.ts'
import { managementVersions, splitManagementUrl } from '../../domain/connector-check.ts'
import type { AgreementSides, Probed } from '../../domain/connector-check.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { FailureError } from '../../domain/failure.ts'
import { isRecord } from '../../domain/parameters-schema.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { notedOutbound } from './noted-outbound.ts'

export type Headers = Readonly<Record<string, string>>

/** Asks an address of a control plane. What the other side does, or that it does nothing, is the result. */
export async function probe(
  app: Application,
  controlPlane: ControlPlane,
  request: { readonly url: string; readonly headers: Headers; readonly body?: string },
  signal: AbortSignal,
): Promise<Probed> {
  const { probeMs: timeoutMs, probeBytes: maxResponseBytes } = bounds.connecting
  const method = request.body === undefined ? 'GET' : 'POST'
  const limits = { method, trust: 'operator', timeoutMs, maxResponseBytes } as const
  try {
    const answer = await notedOutbound(app, controlPlane).send({ ...limits, ...request }, signal)
    return { kind: 'answered', status: answer.status, body: answer.body }
  } catch (error) {
    if (error instanceof FailureError) return { kind: 'silent', detail: error.failure.message }
    if (error instanceof ProblemError) return { kind: 'silent', detail: error.detail }
    throw error
  }
}

/** The list of data planes at each version of the management API: all versions have it, and it wants the key. */
export async function probeVersions(
  app: Application,
  controlPlane: ControlPlane & { readonly managementUrl: string },
  headers: Headers,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Probed>> {
  const { base, version } = splitManagementUrl(controlPlane.managementUrl)
  const versions = new Set([...(version === null ? [] : [version]), ...managementVersions])
  const answers = [...versions].map(async (one) => {
    const url = `${base}/${one}/dataplanes`
    return [one, await probe(app, controlPlane, { url, headers }, signal)] as const
  })
  return new Map(await Promise.all(answers))
}

/** Some agreements of the connector; undefined when its management API does not tell. */
export async function probeAgreements(
  app: Application,
  controlPlane: ControlPlane & { readonly managementUrl: string },
  headers: Headers,
  signal: AbortSignal,
): Promise<readonly AgreementSides[] | undefined> {
  const { managementUrl } = controlPlane
  const isNewer = splitManagementUrl(managementUrl).version?.startsWith('v3') === false
  const context = isNewer
    ? ['https://w3id.org/edc/connector/management/v2']
    : { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
  const query = { '@context': context, '@type': 'QuerySpec', offset: 0, limit: 20 }
  const url = `${managementUrl}/contractagreements/request`
  const json = { ...headers, 'content-type': 'application/json', accept: 'application/json' }
  const request = { url, headers: json, body: JSON.stringify(query) }
  const answer = await probe(app, controlPlane, request, signal)
  return answer.kind === 'answered' && answer.status === 200 ? sidesOf(answer.body) : undefined
}

function sidesOf(text: string): readonly AgreementSides[] | undefined {
  const list = parsed(text)
  if (!Array.isArray(list)) return undefined
  return list.filter(isRecord).flatMap(({ consumerId, providerId }) => {
    const told = typeof consumerId === 'string' && typeof providerId === 'string'
    return told ? [{ consumerId, providerId }] : []
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
