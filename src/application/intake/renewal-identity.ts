import type { EdrRefresh } from '../../domain/data-address.ts'
import type { Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import type { Identity } from '../ports/proof-signer.ts'

/** As whom an address is renewed, and whom the proof is for. */
export interface RenewalParty {
  readonly identity: Identity
  readonly audience: string
}

/**
 * The identity of the control plane that a transfer belongs to: its own flow's, else that of the workspace's latest
 * flow. Undefined without one, and where nobody says who the provider is.
 */
export async function renewalParty(
  app: Application,
  transfer: Transfer,
  refresh: EdrRefresh,
): Promise<RenewalParty | undefined> {
  const { read } = app.database
  const own = transfer.flowId === null ? undefined : await read.flows.get({ id: transfer.flowId })
  const audience = refresh.audience ?? own?.counterPartyId
  const flow =
    own ??
    (await read.flows.list({ where: { workspaceId: transfer.workspaceId } })).toSorted(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime(),
    )[0]
  const plane = flow && (await read.controlPlanes.get({ id: flow.controlPlaneId }))
  if (plane === undefined || audience === undefined) return undefined
  const { id, identityDid: did, sealedIdentityKey: sealed } = plane
  if (did === null || sealed === null) return undefined
  const place = { table: 'control_planes', id, column: 'sealed_identity_key' }
  return { identity: { did, key: await app.secrets.open(place, sealed) }, audience }
}
