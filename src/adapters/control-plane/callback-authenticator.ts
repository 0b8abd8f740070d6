import type { CallbackAuthenticator } from '../../application/ports/callback-authenticator.ts'
import type { SecretBox, SecretPlace } from '../../application/ports/secrets.ts'
import { FailureError } from '../../domain/failure.ts'

/** Where the key or client secret of a control plane's callbacks is sealed for. */
export const callbackSecretPlace = (controlPlaneId: string): SecretPlace => ({
  table: 'control_planes',
  id: controlPlaneId,
  column: 'callback_authentication',
})

/** Nothing, or the configured API key. */
export function createCallbackAuthenticator(secrets: SecretBox): CallbackAuthenticator {
  return {
    headers: async ({ id, callbackAuthentication: authentication }) => {
      switch (authentication.type) {
        case 'none':
          return {}
        case 'api-key': {
          const key = await secrets.open(callbackSecretPlace(id), authentication.sealedKey)
          return { [authentication.header]: key }
        }
        case 'oauth2':
          throw new FailureError('internal', 'OAuth2 for callbacks is not available.')
      }
    },
  }
}
