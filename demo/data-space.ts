import type { Transfer } from './consumer.ts'
import type { Ready } from './service-process.ts'
import type { Stage } from './stage.ts'
import type { ThirdParty } from './third-party.ts'

/** A contract in use, and what its consumer gets by it. */
export interface Flow {
  /** The transfer's or the data flow's id, as the data space has it. */
  readonly id: string
  readonly endpoint: string
  readonly token: string
}

/** The bytes of a third party on their way. */
export interface Delivery {
  /** Whether the connectors, too, know how it ended; to be asked once the bytes are here. */
  readonly settled: () => Promise<void>
}

/** What the deletion report says, as far as the data space can tell whether it is true. */
export interface ReportedEnd {
  readonly agreementId: string
}

/** What connectors do in the story: negotiate, start, deliver, end. Either the demo plays them, or they are real. */
export interface DataSpace {
  /** How data of a third party come to the service. */
  readonly way: 'pull' | 'push'
  /** Where what the service is told of its connector comes from. */
  readonly definitions: string
  /** What can be called while everything is kept running: name and address. */
  readonly doors: readonly (readonly [string, string])[]
  /** Writes the files of DSC_CONTROL_PLANES_DIR below `folder`, and returns that. */
  writeControlPlanes(folder: string): Promise<string>
  /** The service runs: the connector finds it, and offers what it sells. */
  join(stage: Stage, ready: Ready): Promise<void>
  /** Negotiates about the compute asset; returns the id that the consumer has of the agreement. */
  agree(stage: Stage): Promise<string>
  /** Starts the use of the contract. */
  begin(stage: Stage, agreementId: string): Promise<Flow>
  /** The same for another company, without a word about it. */
  beginForStranger(stage: Stage): Promise<Flow>
  /** Lets the file of a third party be brought to where the consumer expects it. */
  deliver(stage: Stage, thirdParty: ThirdParty, expected: Transfer): Promise<Delivery>
  /** Ends the use of the contract. */
  end(stage: Stage, flow: Flow): Promise<void>
  /** Whether the connectors know that it has ended. */
  proveEnd(stage: Stage, flow: Flow, report: ReportedEnd): Promise<void>
}
