import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'

/**
 * What `action` gives. A failure of ours is thrown as a conflict: a connector repeats what was answered with 5xx at once
 * and without limit, and takes a 4xx as the end of the transfer.
 */
export async function refuseRatherThanFail<T>(
  app: Application,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof ProblemError && cause.status < 500) throw cause
    app.log.error({ err: cause }, 'a provision request could not be taken')
    throw new ProblemError('state-conflict', 'The request cannot be taken now.', {
      cause,
      nextStep: 'Start the transfer again.',
    })
  }
}
