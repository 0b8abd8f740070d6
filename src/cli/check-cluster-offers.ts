import {
  parseHardwareProfiles,
  type HardwareProfile,
} from '../adapters/compute-kubernetes/hardware-profiles.ts'
import { serviceRefusal } from '../adapters/compute-kubernetes/service-refusal.ts'
import type { ComputeBackend } from '../application/ports/compute-backend.ts'
import type { Configuration } from '../config/configuration.ts'
import { checked, type CheckLine } from './check-line.ts'

/** Which services the cluster can run, with the profiles of the operator, whose file is checked. */
export async function clusterOffers(
  configuration: Configuration,
  readFile: (path: string) => string,
): Promise<{
  readonly lines: readonly CheckLine[]
  readonly compute: Pick<ComputeBackend, 'kind' | 'refusal'>
}> {
  const path = configuration.text('DSC_KUBERNETES_PROFILES_FILE')
  const lines: CheckLine[] = []
  let profiles: ReadonlyMap<string, HardwareProfile> = new Map()
  if (path !== undefined) {
    const remedy = 'Correct the file that DSC_KUBERNETES_PROFILES_FILE names.'
    const read = () => {
      profiles = parseHardwareProfiles(readFile(path))
      return Promise.resolve([...profiles.keys()].join(', ') || 'none')
    }
    lines.push(await checked('hardware profiles', remedy, read))
  }
  const settings = { allowRoot: configuration.flag('DSC_KUBERNETES_ALLOW_ROOT'), profiles }
  return {
    lines,
    compute: { kind: 'kubernetes', refusal: (service) => serviceRefusal(service, settings) },
  }
}
