import type { ControlPlane } from '../domain/control-plane.ts'
import type { operations, operationSecurity } from '../generated/provisioner.ts'
import type { Handlers, OperationHandler } from './handler.ts'

export interface ProvisionerPrincipals {
  readonly controlPlane: ControlPlane
  readonly contentToken: { readonly flowId: string }
}

export type ProvisionerHandler<Id extends keyof operations> = OperationHandler<
  operations,
  operationSecurity,
  ProvisionerPrincipals,
  Id
>
export type ProvisionerHandlers = Handlers<operations, operationSecurity, ProvisionerPrincipals>
