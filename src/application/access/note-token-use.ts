import type { ControlPlane } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import { useOf, type UsedRequest } from '../../domain/token-use.ts'
import type { Application } from '../application.ts'
import type { VerifiedToken } from '../ports/bearer-tokens.ts'

/**
 * Notes what a token is used for, before anything is done. One that was used for another message is refused, also after a
 * restart; the same message may come again, since connectors repeat what was not answered. Throws `unauthenticated`.
 */
export async function noteTokenUse(
  app: Application,
  { id: controlPlaneId }: ControlPlane,
  { id, until }: VerifiedToken,
  request: UsedRequest,
): Promise<void> {
  if (id === null) return
  const tokenSha256 = app.sha256Hex(id)
  const use = { controlPlaneId, tokenSha256, useSha256: app.sha256Hex(useOf(request)), until }
  const isMine = await app.database.transaction(async (tx) => {
    if (await tx.tokenUses.insertIfAbsent(use)) return true
    const known = await tx.tokenUses.get({ controlPlaneId, tokenSha256 })
    return known?.useSha256 === use.useSha256
  })
  if (isMine) return
  throw new ProblemError('unauthenticated', 'The token was used for another message before.', {
    nextStep: 'Send a token with a new jti for each message.',
  })
}
