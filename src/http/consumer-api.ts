import type { Consumer } from '../application/access/authenticate-consumer.ts'
import type { operations, operationSecurity } from '../generated/consumer.ts'
import type { Handlers, OperationHandler } from './handler.ts'

export interface ConsumerPrincipals {
  readonly accessToken: Consumer
  /** The transfer whose sink the token opens. */
  readonly sinkToken: { readonly transferId: string }
}

export type ConsumerHandler<Id extends keyof operations> = OperationHandler<
  operations,
  operationSecurity,
  ConsumerPrincipals,
  Id
>
export type ConsumerHandlers = Handlers<operations, operationSecurity, ConsumerPrincipals>
