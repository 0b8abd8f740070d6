import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createEgress } from '../adapters/egress/egress.ts'
import type { OutboundRequest } from '../application/ports/outbound.ts'
import { urlsBeforeStart } from '../composition/settings.ts'
import { readConfiguration, type Configuration } from '../config/configuration.ts'
import { FailureError } from '../domain/failure.ts'
import { isRecord } from '../domain/parameters-schema.ts'
import type { ProcessEnvironment } from './serve.ts'

const maxResponseBytes = 1_048_576

/** Where the running service is asked, and with which key. */
export interface ManagementAccess {
  readonly url: string
  readonly key: string
}

/** What was given on the command line; the rest comes from the ready file, then from the variables of the service. */
export interface AccessOptions {
  readonly url: string | undefined
  readonly keyFile: string | undefined
  readonly readyFile: string | undefined
}

/** Throws, saying what is missing, when address or key cannot be found. */
export function readAccess(
  { variables, readFile }: ProcessEnvironment,
  { url, keyFile, readyFile }: AccessOptions,
): ManagementAccess {
  const ready = readyFile === undefined ? {} : readReady(readFile(readyFile))
  const configuration = () => readConfiguration(variables, readFile)
  const address = url ?? ready.managementUrl ?? urlsBeforeStart(configuration()).managementUrl
  const path = keyFile ?? ready.managementKeyFile
  const key = path === undefined ? configuredKey(configuration(), readFile) : readFile(path)
  return { url: address.replace(/\/+$/, ''), key: key.trim() }
}

function readReady(text: string): {
  readonly managementUrl?: string
  readonly managementKeyFile?: string
} {
  const ready: unknown = JSON.parse(text)
  if (!isRecord(ready)) throw new Error('The ready file is not what `serve --ready-file` writes.')
  const { managementUrl, managementKeyFile } = ready
  return {
    ...(typeof managementUrl === 'string' ? { managementUrl } : {}),
    ...(typeof managementKeyFile === 'string' ? { managementKeyFile } : {}),
  }
}

function configuredKey(
  configuration: Configuration,
  readFile: ProcessEnvironment['readFile'],
): string {
  const given = configuration.text('DSC_MANAGEMENT_KEY')
  if (given !== undefined) return given
  const path = join(resolve(configuration.required('DSC_DATA_DIR')), 'keys', 'management-key')
  if (existsSync(path)) return readFile(path)
  throw new Error(`There is no management key in ${path}: give --key-file, or DSC_DATA_DIR.`)
}

export type ManagementAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'silent'; readonly detail: string }

/** One request to the management API. A body that is no JSON is null. */
export async function askManagement(
  { url, key }: ManagementAccess,
  method: OutboundRequest['method'],
  path: string,
  timeoutMs: number,
): Promise<ManagementAnswer> {
  if (!URL.canParse(url)) return { kind: 'silent', detail: 'this is no address' }
  const origins = new Set([new URL(url).origin])
  const egress = createEgress({
    allow: [],
    operatorOrigins: () => origins,
    ownListeners: () => [],
  })
  const headers = { 'x-api-key': key, accept: 'application/json' }
  const request = { method, url: `${url}${path}`, headers, trust: 'operator', timeoutMs } as const
  try {
    const { signal } = new AbortController()
    const answer = await egress.outbound.send({ ...request, maxResponseBytes }, signal)
    return { kind: 'answered', status: answer.status, body: parsed(answer.body) }
  } catch (error) {
    if (error instanceof FailureError) return { kind: 'silent', detail: error.failure.message }
    throw error
  } finally {
    egress.destroy()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
