import type { Failure } from '../../domain/failure.ts'
import type { Job } from '../../domain/job.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { done, type Outcome, type Pass } from '../reconciler.ts'
import { changeJob } from '../telling/record-change.ts'

/** The end of a job that has no living attempt. */
export async function endWithoutAttempt(
  app: Application,
  tx: Transaction,
  job: Job,
  state: 'FAILED' | 'CANCELLED',
  found: Failure | null,
): Promise<void> {
  await changeJob(app, tx, job, {
    state,
    failure: found,
    stateReason: null,
    sealedParameters: null,
    endedAt: app.now(),
  })
  await tx.attempts.updateWhere({ jobId: job.id, endedAt: null }, { state, endedAt: app.now() })
}

/** Nothing of an ended job stays on the backend. */
export async function removeAttempts(app: Application, pass: Pass, job: Job): Promise<Outcome> {
  const left = await app.database.read.attempts.list({ where: { jobId: job.id, removed: false } })
  for (const { number } of left) {
    await pass.renew()
    await app.compute.remove({ jobId: job.id, attempt: number }, pass.signal)
    await pass.record(async (tx) => {
      await tx.attempts.update({ jobId: job.id, number }, { removed: true })
      await tx.work.schedule('workspace', job.workspaceId, app.now())
    })
  }
  return done
}
