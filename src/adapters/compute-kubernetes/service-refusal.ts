import type { ComputeServiceContent } from '../../domain/compute-service.ts'
import type { JobSettings } from './job-settings.ts'

/** Why this installation cannot run a service in its cluster; null: it can. */
export function serviceRefusal(
  { worker, resources, inputs }: ComputeServiceContent,
  { allowRoot, profiles }: Pick<JobSettings, 'allowRoot' | 'profiles'>,
): string | null {
  if (worker.image === null) {
    return 'This installation runs workers as pods, which needs worker.image; the service names only a command.'
  }
  if (worker.user === 'root' && !allowRoot) {
    return 'The service runs as root, which this installation does not allow (DSC_KUBERNETES_ALLOW_ROOT).'
  }
  if (/^0:|:0$/.test(worker.user) && !allowRoot) {
    return 'The service runs with the user or group of root, which this installation does not allow.'
  }
  if (resources.profile !== null && !profiles.has(resources.profile)) {
    const known = [...profiles.keys()].join(', ')
    return `The hardware profile ${resources.profile} is not known here; there ${known === '' ? 'are none' : `is ${known}`}.`
  }
  return repeatedPlace(inputs)
}

function repeatedPlace(inputs: ComputeServiceContent['inputs']): string | null {
  const folders = new Set(
    inputs.flatMap(({ kind, mountPath }) =>
      kind === 'archive' || kind === 'directory' ? (mountPath ?? []) : [],
    ),
  )
  const clash = inputs.find(
    ({ kind, name, mountPath }) => kind === 'file' && folders.has(`${mountPath ?? ''}/${name}`),
  )
  return clash === undefined
    ? null
    : `The file ${clash.name} would lie where another input has a folder.`
}
