import type { ControlPlane } from './control-plane.ts'

/** The name of a delivery that ends a transfer process by the management API of its connector. */
export const termination = 'terminate'

/**
 * Whether an end that we cause is told to the management API too. EDC only notes `errored` of Data Plane Signaling, and
 * the provisioner has no word for a failure; `fail` of the older signaling ends the transfer process by itself.
 */
export const isTerminatedThere = ({
  protocol,
  callbackUrl,
  managementUrl,
}: Pick<ControlPlane, 'protocol' | 'callbackUrl' | 'managementUrl'>) =>
  managementUrl !== null && (protocol !== 'edc-signaling' || callbackUrl === null)
