import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

/** Whoever gets here is known: that is all that is asked. */
export const checkEdcDataPlaneHandler = (): EdcSignalingHandler<'checkEdcDataPlane'> => () =>
  Promise.resolve({ status: 204 })
