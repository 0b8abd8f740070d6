import type { V1Toleration } from '@kubernetes/client-node'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { zodProblems } from '../../domain/zod-problems.ts'

const text = z.string().min(1).max(253)
const toleration = z.strictObject({
  key: text.optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().max(253).optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().min(0).optional(),
})

const profile = z.strictObject({
  description: z.string().max(1024).optional(),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  tolerations: z.array(toleration).default([]),
  runtimeClassName: text.optional(),
  priorityClassName: text.optional(),
  queue: text.optional(),
})

const document = z.strictObject({ profiles: z.record(z.string().min(1).max(128), profile) })

/** Where jobs of services with this profile run. */
export interface HardwareProfile {
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly V1Toleration[]
  readonly runtimeClassName: string | null
  readonly priorityClassName: string | null
  /** Kueue's queue. */
  readonly queue: string | null
}

/**
 * Reads the operator's profiles: `profiles: { a100: { nodeSelector: …, tolerations: […], runtimeClassName,
 * priorityClassName, queue } }`. Throws an Error that names every wrong place.
 */
export function parseHardwareProfiles(yaml: string): ReadonlyMap<string, HardwareProfile> {
  const read = parseDocument(yaml)
  const [syntax] = read.errors
  if (syntax !== undefined) throw new Error(`is no YAML: ${syntax.message}`)
  const parsed = document.safeParse(read.toJS(), { reportInput: true })
  if (!parsed.success) {
    const places = zodProblems(parsed.error).map(({ pointer, detail }) => `${pointer} ${detail}`)
    throw new Error(places.join('; '))
  }
  return new Map(
    Object.entries(parsed.data.profiles).map(([name, found]) => [
      name,
      {
        nodeSelector: found.nodeSelector,
        tolerations: found.tolerations.map(
          (one) => JSON.parse(JSON.stringify(one)) as V1Toleration,
        ),
        runtimeClassName: found.runtimeClassName ?? null,
        priorityClassName: found.priorityClassName ?? null,
        queue: found.queue ?? null,
      },
    ]),
  )
}
