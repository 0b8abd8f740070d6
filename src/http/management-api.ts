import type { operations, operationSecurity } from '../generated/management.ts'
import type { Handlers, OperationHandler } from './handler.ts'

export interface ManagementPrincipals {
  readonly apiKey: { readonly operator: true }
}

export type ManagementHandler<Id extends keyof operations> = OperationHandler<
  operations,
  operationSecurity,
  ManagementPrincipals,
  Id
>
export type ManagementHandlers = Handlers<operations, operationSecurity, ManagementPrincipals>
