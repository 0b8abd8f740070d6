/** What a node tells of itself, as far as the demo needs it. */
export interface NodeView {
  readonly metadata?: { readonly name?: string }
  readonly spec?: { readonly unschedulable?: boolean }
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly images?: readonly { readonly names?: readonly string[] | null }[]
  }
}

/** Whether pods may be put on it. */
export const isUsable = ({ spec, status }: NodeView) =>
  spec?.unschedulable !== true &&
  status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ===
    true

/** A node tells of so many images only, unless it is configured otherwise: the largest ones. */
const toldImages = 50

/**
 * Whether an image can be had: `missing` when no node has it and it is from no registry. Of an image that a registry
 * may have, only a pod can tell.
 */
export function availability(
  image: string,
  nodes: readonly NodeView[],
): 'there' | 'missing' | 'unknown' {
  const full = fullName(image)
  const lists = nodes.map(({ status }) => status?.images ?? [])
  if (lists.some((list) => list.some(({ names }) => names?.includes(full) === true))) return 'there'
  const isComplete = lists.length > 0 && lists.every((list) => list.length < toldImages)
  return full.startsWith('localhost/') && isComplete ? 'missing' : 'unknown'
}

/** As nodes tell of it: with the registry and the tag that are meant where none is written. */
function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const hasRegistry = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first))
  const path = hasRegistry ? image : `docker.io/${rest.length > 0 ? image : `library/${image}`}`
  return /[@:][^/]*$/.test(path) ? path : `${path}:latest`
}
