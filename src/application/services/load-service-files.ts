import {
  parseServiceContent,
  type ServiceDefinition,
} from '../../domain/compute-service-content.ts'
import type { Application } from '../application.ts'
import { parseDefinitions } from './parse-definitions.ts'
import type { Transaction } from '../ports/database.ts'
import type { DefinitionFolder } from '../ports/definition-files.ts'
import { removeService } from './retire-service.ts'
import { createService, replaceService } from './save-service.ts'

/**
 * Makes the services what `*.service.yaml` say: at start and on SIGHUP. A service that was made by the API is taken over
 * by a file of its id; one whose file is gone is retired, or removed when nothing used it. Throws `DefinitionFilesError`
 * with all problems of all files, and then changes nothing.
 */
export async function loadServiceFiles(app: Application, folder: DefinitionFolder): Promise<void> {
  const files = await folder.read('.service.yaml')
  const definitions = await parseDefinitions(files, (value) =>
    Promise.resolve(parseServiceContent(value)),
  )
  await app.database.transaction(async (tx) => {
    for (const definition of definitions) await saveFromFile(app, tx, definition)
    const managed = await tx.services.list({ where: { managedBy: 'file' } })
    for (const { id } of managed) {
      if (!definitions.some((definition) => definition.id === id)) await removeService(app, tx, id)
    }
  })
  app.log.info({ services: definitions.length }, 'compute services were read from files')
}

async function saveFromFile(app: Application, tx: Transaction, definition: ServiceDefinition) {
  const existing = await tx.services.get({ id: definition.id })
  const save = existing === undefined ? createService : replaceService
  await save(app, tx, definition, 'file')
}
