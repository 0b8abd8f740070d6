import { join, resolve } from 'node:path'
import { openSqliteDatabase } from '../adapters/database/database.ts'
import { readConfiguration } from '../config/configuration.ts'
import type { ProcessEnvironment } from './serve.ts'

/** Brings the schema up to date; the service does the same at its start. */
export async function migrateDatabase({
  variables,
  readFile,
}: ProcessEnvironment): Promise<number> {
  const configuration = readConfiguration(variables, readFile)
  const url = configuration.text('DSC_DATABASE_URL')
  const directory = resolve(configuration.required('DSC_DATA_DIR'))
  const path = url?.slice('sqlite:'.length) ?? join(directory, 'dataspace-compute.sqlite')
  await using database = await openSqliteDatabase(path)
  await database.ping(5000)
  process.stdout.write(`${path}: the schema is up to date.\n`)
  return 0
}
