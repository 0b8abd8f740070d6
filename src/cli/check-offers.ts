import type { Application } from '../application/application.ts'
import { readControlPlaneFiles } from '../application/control-planes/load-control-plane-files.ts'
import { parseDefinitions } from '../application/services/parse-definitions.ts'
import {
  DefinitionFilesError,
  type DefinitionFolder,
} from '../application/ports/definition-files.ts'
import { parseServiceContent } from '../domain/compute-service-content.ts'
import type { ComputeServiceContent } from '../domain/compute-service.ts'
import type { CheckLine } from './check-line.ts'

export interface Offers extends Pick<Application, 'database'> {
  readonly compute: Pick<Application['compute'], 'kind' | 'refusal'>
}

/** Whether the folders can be read, and whether every service that is offered can run here. */
export async function checkOffers(
  app: Offers,
  folders: { readonly services?: DefinitionFolder; readonly controlPlanes?: DefinitionFolder },
): Promise<readonly CheckLine[]> {
  const { services, controlPlanes } = folders
  const offered = new Map(await storedServices(app))
  const lines: CheckLine[] = []
  if (services !== undefined) {
    const files = await folderLines('files of services', async () => {
      const definitions = await parseDefinitions(await services.read('.service.yaml'), (value) =>
        Promise.resolve(parseServiceContent(value)),
      )
      for (const { id, content } of definitions) offered.set(id, content)
      return definitions.length
    })
    lines.push(...files)
  }
  if (controlPlanes !== undefined) {
    const read = async () => (await readControlPlaneFiles(controlPlanes)).length
    lines.push(...(await folderLines('files of control planes', read)))
  }
  return [...lines, ...refusals(app, offered)]
}

async function storedServices({ database }: Offers) {
  const { services, serviceVersions } = database.read
  const active = await services.list({ where: { retiredAt: null } })
  const newest = await Promise.all(
    active.map(({ id, version }) => serviceVersions.get({ serviceId: id, version })),
  )
  return newest.flatMap((found) =>
    found === undefined ? [] : [[found.serviceId, found.content] as const],
  )
}

async function folderLines(name: string, read: () => Promise<number>): Promise<CheckLine[]> {
  const remedy = 'Correct the files; none of the folder is taken over before all are right.'
  try {
    return [{ result: 'ok', name, detail: `${await read()} can be used` }]
  } catch (error) {
    const problems =
      error instanceof DefinitionFilesError
        ? error.problems
        : [error instanceof Error ? error.message : String(error)]
    return problems.map((detail) => ({ result: 'fail', name, detail, remedy }))
  }
}

function refusals({ compute }: Offers, offered: ReadonlyMap<string, ComputeServiceContent>) {
  const refused = [...offered].flatMap(([id, content]): CheckLine[] => {
    const reason = compute.refusal(content)
    const remedy = 'Change the service, or use another compute backend.'
    return reason === null
      ? []
      : [{ result: 'warn', name: `service ${id}`, detail: reason, remedy }]
  })
  if (refused.length > 0) return refused
  const detail = `${offered.size} compute services can run on the ${compute.kind} backend`
  return [{ result: 'ok', name: 'services', detail } as const]
}
