import { refreshIsCurrent } from '../../domain/grant.ts'
import { httpPullProfile } from '../../domain/data-address.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { readGrant, requireReadable } from './authenticate-consumer.ts'
import { issueTokens, type AccessTokens } from './issue-access.ts'
import type { Transaction } from '../ports/database.ts'

/** Proves that the caller of a token renewal is the consumer: the client JWT of the token renewal profile. */
export interface ClientProof {
  /** Throws `unauthenticated` unless the JWT is the consumer's, for one of `audiences`, about one of our access tokens of the grant. */
  check(
    jwt: string | undefined,
    expected: {
      readonly consumerId: string
      readonly audiences: readonly string[]
      readonly isOwnToken: (token: string) => boolean
    },
  ): Promise<void>
}

/**
 * A new access token for a refresh token. The token given before still answers until its successor was used, since an
 * answer may get lost. For the profile with token renewal the client's JWT is demanded too.
 * Throws `unauthenticated`, `workspace-suspended`, `workspace-ended`.
 */
export async function refreshAccess(
  app: Application,
  proof: ClientProof,
  refreshToken: string,
  clientJwt: string | undefined,
): Promise<AccessTokens> {
  const claims = app.tokens.verify('refresh', refreshToken)
  if (claims === undefined) throw refused()
  const { read } = app.database
  const found = await readGrant(read, claims.id)
  if (found === undefined) throw refused()
  const { flowId } = found.grant
  const flow = flowId === null ? undefined : await read.flows.get({ id: flowId })
  if (flow?.transferType === httpPullProfile) {
    await proof.check(clientJwt, {
      consumerId: flow.counterPartyId,
      audiences: [flow.participantId],
      isOwnToken: (token) => app.tokens.verify('access', token)?.id === claims.id,
    })
  }
  const grant = await app.database.transaction((tx) => rotate(tx, claims.id, claims.number))
  return issueTokens(app, grant)
}

const refused = () =>
  new ProblemError('unauthenticated', 'The refresh token is not accepted.', {
    nextStep: 'Ask the connector for a new transfer process.',
  })

async function rotate(tx: Transaction, grantId: string, generation: number) {
  const found = await readGrant(tx, grantId)
  if (found === undefined || !refreshIsCurrent(found.grant, generation)) throw refused()
  requireReadable(found)
  if (generation > found.grant.refreshUsed) {
    await tx.grants.update({ id: grantId }, { refreshUsed: generation })
  }
  return { ...found.grant, refreshUsed: generation }
}
