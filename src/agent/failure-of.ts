import { failure, FailureError, type Failure } from '../domain/failure.ts'

/** Thrown, and known by its identity, when the attempt is not this agent's. */
export const claimedByAnother = new FailureError(
  'node-lost',
  'Another agent has claimed this attempt, or its claim was removed.',
)

/** What an attempt ends with after `error`. */
export const failureOf = (error: unknown): Failure =>
  error instanceof FailureError
    ? error.failure
    : failure('internal', 'The agent ran into something unexpected.')
