import type { ControlPlane } from '../../domain/control-plane.ts'

/** A control plane as operators see it: never a secret of it, sealed or hashed. `eventsUrl` is one of ours. */
export function controlPlaneRepresentation(
  controlPlane: ControlPlane,
  { eventsUrl, lastMessageAt }: { readonly eventsUrl: string; readonly lastMessageAt: Date | null },
) {
  const { callbackUrl, callbackAuthentication, managementUrl, identityDid } = controlPlane
  return {
    id: controlPlane.id,
    protocol: controlPlane.protocol,
    participantContextId: controlPlane.participantContextId,
    inbound: shownInbound(controlPlane.inbound),
    callbacks:
      callbackUrl === null ? null : { url: callbackUrl, ...shownCallbacks(callbackAuthentication) },
    management: managementUrl === null ? null : { url: managementUrl },
    register: controlPlane.register,
    identity: identityDid === null ? null : { did: identityDid },
    startDelayMs: controlPlane.startDelayMs,
    eventsUrl,
    managedBy: controlPlane.managedBy,
    registeredAt: controlPlane.registeredAt?.toISOString() ?? null,
    registrationProblem: controlPlane.registrationProblem,
    lastMessageAt: lastMessageAt?.toISOString() ?? null,
    createdAt: controlPlane.createdAt.toISOString(),
    updatedAt: controlPlane.updatedAt.toISOString(),
  }
}

function shownInbound(inbound: ControlPlane['inbound']) {
  if (inbound.type !== 'oauth2') return { type: inbound.type }
  return { ...inbound }
}

function shownCallbacks(callbacks: ControlPlane['callbackAuthentication']) {
  if (callbacks.type !== 'oauth2') return { type: callbacks.type }
  const { type, tokenEndpoint, clientId } = callbacks
  return { type, tokenEndpoint, clientId }
}
