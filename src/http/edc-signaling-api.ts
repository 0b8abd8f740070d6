import type { operations, operationSecurity } from '../generated/edc-signaling.ts'
import type { Handlers, OperationHandler } from './handler.ts'
import type { SignalingPrincipals } from './signaling-api.ts'

export type EdcSignalingHandler<Id extends keyof operations> = OperationHandler<
  operations,
  operationSecurity,
  SignalingPrincipals,
  Id
>
export type EdcSignalingHandlers = Handlers<operations, operationSecurity, SignalingPrincipals>
