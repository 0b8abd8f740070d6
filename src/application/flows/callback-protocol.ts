import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { DecideAnswer, FlowCallback } from '../../domain/flow-callback.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** A callback that is about to be sent. */
export interface OwedCallback {
  readonly delivery: Delivery
  readonly flow: DataFlow
  readonly controlPlane: ControlPlane
  readonly callback: FlowCallback
}

/** How one protocol tells control planes about flows. */
export interface CallbackProtocol {
  /** Those that it has a message for; the others are never sent. */
  readonly callbacks: readonly FlowCallback[]
  readonly compose: (app: Application, owed: OwedCallback) => Promise<ComposedCallback>
  readonly decideAnswer: DecideAnswer
  /** What follows for the flow when its callback was taken. */
  readonly taken?: (
    app: Application,
    tx: Transaction,
    flow: DataFlow,
    callback: FlowCallback,
  ) => Promise<void>
}

export interface ComposedCallback {
  /** Below the control plane's callback address. */
  readonly path: string
  readonly body: unknown
}
