import { ClusterFault } from './cluster-client-error.ts'
import type { ClusterReader } from './cluster-client.ts'

/** A collection in one namespace, restricted by labels. */
export interface Collection {
  /** `/api/v1/namespaces/<namespace>/pods`. */
  readonly path: string
  readonly labelSelector: string
}

export interface Page {
  readonly version: string
  readonly items: readonly unknown[]
  readonly last: boolean
}

const pageSize = 500

/** The pages of one consistent list. Throws what the reader throws, among it status 410: the list has expired. */
export async function* readPages(
  cluster: ClusterReader,
  { path, labelSelector }: Collection,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let next: string | undefined
  do {
    const query = { labelSelector, limit: pageSize, continue: next }
    const list = listOf(await cluster.get(path, query, signal))
    next = list.next
    yield { version: list.version, items: list.items, last: next === undefined }
  } while (next !== undefined)
}

/** Of an object, a list or a bookmark. */
export function versionOf(object: unknown): string | undefined {
  const metadata = (object as { readonly metadata?: { readonly resourceVersion?: unknown } } | null)
    ?.metadata
  return typeof metadata?.resourceVersion === 'string' ? metadata.resourceVersion : undefined
}

function listOf(document: unknown) {
  const list = document as {
    readonly items?: unknown
    readonly metadata?: { readonly continue?: unknown }
  } | null
  const version = versionOf(document)
  const items: unknown = list?.items
  if (version === undefined || !Array.isArray(items)) {
    throw new ClusterFault('an answer that is no list', 502)
  }
  const next = list?.metadata?.continue
  return {
    version,
    items: items as readonly unknown[],
    next: typeof next === 'string' && next !== '' ? next : undefined,
  }
}
