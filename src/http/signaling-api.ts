import type { ControlPlane } from '../domain/control-plane.ts'
import type { operations, operationSecurity } from '../generated/signaling.ts'
import type { Handlers, OperationHandler } from './handler.ts'

export interface SignalingPrincipals {
  readonly controlPlane: ControlPlane
}

export type SignalingHandler<Id extends keyof operations> = OperationHandler<
  operations,
  operationSecurity,
  SignalingPrincipals,
  Id
>
export type SignalingHandlers = Handlers<operations, operationSecurity, SignalingPrincipals>
