import type { ComputeServiceContent, InputSpec } from '../../domain/compute-service.ts'
import { FailureError, type Failure } from '../../domain/failure.ts'
import type { PinnedInput } from '../../domain/job.ts'
import { secondsFrom } from '../application.ts'
import { discoverFile, findInput } from '../intake/find-input.ts'
import { endWithoutAttempt } from './finish-job.ts'
import { deadlineOf, reason, type JobContext } from './job-context.ts'
import { againAt, againAtEarliest, type Outcome } from '../reconciler.ts'
import { changeJob } from '../telling/record-change.ts'

/** A file put by S3 tells nobody: it is looked for this often. */
const lookSeconds = 5

type Gathered =
  | { readonly kind: 'all'; readonly pins: Readonly<Record<string, PinnedInput>> }
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  | { readonly kind: 'refused'; readonly failure: Failure }

/** Pins the inputs of a waiting job when all that it needs are there. */
export async function pinInputs(context: JobContext): Promise<Outcome> {
  const { app, pass, job, version } = context
  const gathered = await gather(context)
  if (gathered.kind === 'refused') {
    await pass.record((tx) => endWithoutAttempt(app, tx, job, 'FAILED', gathered.failure))
    return againAt(app.now())
  }
  if (gathered.kind === 'missing') {
    const until = deadlineOf(job, version)
    const message = `Waiting for ${gathered.names.join(', ')}.`
    if (job.stateReason?.message !== message) {
      const stateReason = reason(app, 'inputs-missing', message, until)
      await pass.record((tx) => tx.jobs.update({ id: job.id }, { stateReason }))
    }
    return againAtEarliest(until, secondsFrom(app.now(), lookSeconds))
  }
  await pass.record(async (tx) => {
    const current = await tx.jobs.get({ id: job.id })
    if (current?.state !== 'WAITING_FOR_INPUTS') return
    const { pins } = gathered
    await changeJob(app, tx, current, {
      state: 'QUEUED',
      pins,
      stateReason: null,
      stateSince: app.now(),
    })
  })
  return againAt(app.now())
}

async function gather({ app, pass, job, workspace, version }: JobContext): Promise<Gathered> {
  const pins: Record<string, PinnedInput> = {}
  const missing: string[] = []
  try {
    for (const spec of version.content.inputs) {
      const input = job.bindings[spec.name]
      if (input === undefined) continue
      const found =
        spec.kind === 'directory'
          ? await findInput(app, workspace, input, spec.kind, pass.signal)
          : await discoverFile(app, workspace, input, pass.signal)
      if (found === null) missing.push(input)
      else pins[spec.name] = withinLimit(spec, found)
    }
  } catch (error) {
    if (error instanceof FailureError && error.failure.class === 'data') {
      return { kind: 'refused', failure: error.failure }
    }
    throw error
  }
  return missing.length > 0 ? { kind: 'missing', names: missing } : { kind: 'all', pins }
}

function withinLimit({ name, maxBytes }: InputSpec, found: PinnedInput): PinnedInput {
  if (maxBytes === null || found.bytes <= maxBytes) return found
  const message = `The input ${name} has ${found.bytes} bytes; the service takes ${maxBytes}.`
  throw new FailureError('input-too-large', message)
}

/** Which workspace input each input of the service is bound to: as given, else the one of the same name. */
export function bindInputs(
  content: ComputeServiceContent,
  given: Readonly<Record<string, string>>,
  present: (input: string) => boolean,
): Readonly<Record<string, string>> {
  const bound = content.inputs.flatMap(({ name, required }) => {
    const input = given[name] ?? (required || present(name) ? name : undefined)
    return input === undefined ? [] : [[name, input] as const]
  })
  return Object.fromEntries(bound)
}
