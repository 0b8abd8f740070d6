import type { CallbackAuthenticator } from '../../application/ports/callback-authenticator.ts'
import type { SecretBox, SecretPlace } from '../../application/ports/secrets.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import { requestToken } from './client-credentials.ts'

/** Where the key or client secret of a control plane's callbacks is sealed for. */
export const callbackSecretPlace = (controlPlaneId: string): SecretPlace => ({
  table: 'control_planes',
  id: controlPlaneId,
  column: 'callback_authentication',
})

/** Nothing, the configured API key, or a token that is asked for anew each time. */
export function createCallbackAuthenticator(
  secrets: SecretBox,
  outbound: Outbound,
): CallbackAuthenticator {
  return {
    headers: async ({ id, callbackAuthentication: authentication }, signal) => {
      switch (authentication.type) {
        case 'none':
          return {}
        case 'api-key': {
          const key = await secrets.open(callbackSecretPlace(id), authentication.sealedKey)
          return { [authentication.header]: key }
        }
        case 'oauth2': {
          const { tokenEndpoint, clientId, sealedClientSecret } = authentication
          const clientSecret = await secrets.open(callbackSecretPlace(id), sealedClientSecret)
          const client = { tokenEndpoint, clientId, clientSecret }
          return { authorization: `Bearer ${await requestToken(outbound, client, signal)}` }
        }
      }
    },
  }
}
