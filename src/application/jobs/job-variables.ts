import { parameterVariables } from '../../domain/parameters.ts'
import type { Job } from '../../domain/job.ts'
import type { Application } from '../application.ts'

/** The job's parameters, secret ones too, as environment variables. */
export async function jobVariables(
  app: Application,
  job: Job,
): Promise<Readonly<Record<string, string>>> {
  const visible = parameterVariables(job.parameters)
  if (job.sealedParameters === null) return visible
  const place = { table: 'jobs', id: job.id, column: 'sealed_parameters' }
  const secret = JSON.parse(await app.secrets.open(place, job.sealedParameters)) as Record<
    string,
    unknown
  >
  return { ...visible, ...parameterVariables(secret) }
}
