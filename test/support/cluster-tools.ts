import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const repository = fileURLToPath(new URL('../../', import.meta.url))
export const chart = join(repository, 'deploy/helm/dataspace-compute')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, whatever that is; throws when it cannot be started or is not done in time. */
export async function ended(
  program: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
  timeoutMs = 300_000,
): Promise<Ended> {
  const env = { ...process.env, ...variables }
  try {
    const options = { cwd: repository, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }
    return { code: 0, ...(await promisify(execFile)(program, [...args], options)) }
  } catch (error) {
    const { code, stdout, stderr } = error as Partial<Ended>
    if (typeof code !== 'number') throw error
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
}

/** The folder with helm and kubeconform, which are installed when they are missing. */
export async function toolsFolder(): Promise<string> {
  const script = join(repository, 'test/counterparts/kubernetes/tools')
  const { code, stdout, stderr } = await ended(script, [], {}, 1_200_000)
  if (code !== 0) throw new Error(`helm and kubeconform cannot be had: ${stderr}`)
  return stdout.trim()
}

interface Schema {
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}

/**
 * JSON schemas of every kind of these documents of the cluster's own `/openapi/v3`, by the file names that kubeconform
 * asks for as `{{.ResourceKind}}{{.KindSuffix}}.json`. A field that the cluster does not know is an error in them.
 */
export function schemasOf(documents: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const text of documents) {
    const { components } = JSON.parse(text, closed) as {
      readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
    }
    for (const [name, schema] of Object.entries(components.schemas)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        const suffix = group === '' ? version : `${group.split('.')[0] ?? ''}-${version}`
        const document = { $ref: `#/components/schemas/${name}`, components }
        files.set(`${kind}-${suffix}.json`.toLowerCase(), JSON.stringify(document))
      }
    }
  }
  return files
}

/** An object with named properties has no others. */
function closed(_key: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null
  return isObject && 'type' in value && value.type === 'object' && 'properties' in value
    ? { ...value, additionalProperties: false }
    : value
}

/** A kubeconfig for a token of a service account, made from one of somebody else. */
export function kubeconfigWithToken(json: string, token: string): string {
  const config = JSON.parse(json) as { readonly users: readonly { readonly name: string }[] }
  const users = config.users.map(({ name }) => ({ name, user: { token: token.trim() } }))
  return JSON.stringify({ ...config, users })
}
