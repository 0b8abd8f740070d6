import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDefinitionFolder } from '../../src/adapters/files/definition-folder.ts'
import type { Application } from '../../src/application/application.ts'
import {
  listServiceVersions,
  listServices,
  showService,
} from '../../src/application/services/list-services.ts'
import { loadServiceFiles } from '../../src/application/services/load-service-files.ts'
import { pauseService, resumeService } from '../../src/application/services/pause-service.ts'
import { DefinitionFilesError } from '../../src/application/ports/definition-files.ts'
import { offeredService } from '../../src/application/representations/service.ts'
import { deleteService } from '../../src/application/services/retire-service.ts'
import { createService, replaceService } from '../../src/application/services/save-service.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import {
  openControlPlane,
  openingMessage,
  operatedApplication,
} from '../support/operated-application.ts'

const definition = (changes: object = {}) =>
  parseServiceContent({ id: 'sum', title: 'Sum', worker: { image: 'i:1' }, ...changes })

const create = (app: Application, changes: object = {}) =>
  app.database.transaction((tx) => createService(app, tx, definition(changes), 'api'))
const replace = (app: Application, changes: object = {}) =>
  app.database.transaction((tx) => replaceService(app, tx, definition(changes), 'api'))
const remove = (app: Application) => app.database.transaction((tx) => deleteService(app, tx, 'sum'))

const useService = (app: Application) => startDataFlow(app, openControlPlane, openingMessage())

test('changed content is a new version, the same content changes nothing', async (context) => {
  const { app } = await operatedApplication(context)
  assert.equal((await create(app)).version.version, 1)
  assert.equal((await replace(app)).version.version, 1)
  assert.equal((await replace(app, { title: 'Sum 2' })).version.version, 2)
  assert.equal((await replace(app, { title: 'Sum 2', datasets: [] })).version.version, 2)
  const versions = await listServiceVersions(app, 'sum', {})
  assert.deepEqual(
    versions.items.map(({ version }) => version.content.title),
    ['Sum 2', 'Sum'],
  )
  assert.equal((await showService(app, 'sum', 1)).version.content.title, 'Sum')
})

test('an id is given once', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app)
  await assert.rejects(create(app), { code: 'state-conflict' })
  await assert.rejects(showService(app, 'other', undefined), { code: 'not-found' })
})

test('an unused service is removed', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app)
  assert.equal(await remove(app), null)
  await assert.rejects(showService(app, 'sum', undefined), { code: 'not-found' })
})

test('a used service is retired, and offered again by a new version', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app)
  await useService(app)
  assert.notEqual((await remove(app))?.service.retiredAt, null)
  assert.deepEqual((await listServices(app, ['ACTIVE'], {})).items, [])
  assert.equal((await listServices(app, ['RETIRED'], {})).items.length, 1)
  const again = await replace(app, { title: 'Again' })
  assert.equal(again.service.retiredAt, null)
  assert.equal(again.version.version, 2)
  assert.notEqual((await showService(app, 'sum', 1)).version.retiredAt, null)
})

test('pausing and resuming is no new version', async (context) => {
  const { app } = await operatedApplication(context)
  await create(app)
  assert.equal((await pauseService(app, 'sum')).service.paused, true)
  assert.equal((await listServices(app, ['PAUSED'], {})).items[0]?.version.version, 1)
  assert.equal((await resumeService(app, 'sum')).service.paused, false)
})

test('consumers see what they need and nothing of the worker', async (context) => {
  const { app } = await operatedApplication(context)
  const view = await create(app, {
    worker: { image: 'secret-registry/i:1', env: { A: 'canary' } },
    datasets: ['canary'],
    egress: [{ cidr: '10.0.0.0/8' }],
    inputs: [{ name: 'a', kind: 'file', mountPath: '/canary' }],
  })
  const text = JSON.stringify(offeredService(view))
  assert.doesNotMatch(text, /canary|registry|egress|worker|mountPath/)
  assert.match(text, /"inputs":\[\{"name":"a","kind":"file","required":true,"maxBytes":null\}\]/)
})

test('lists are paged, newest first', async (context) => {
  const { app, clock } = await operatedApplication(context)
  for (const id of ['a', 'b', 'c']) {
    await create(app, { id })
    clock.advance(1)
  }
  const first = await listServices(app, undefined, { limit: 2 })
  assert.deepEqual(
    first.items.map(({ service }) => service.id),
    ['c', 'b'],
  )
  const rest = await listServices(app, undefined, { limit: 2, cursor: first.next ?? '' })
  assert.deepEqual(
    rest.items.map(({ service }) => service.id),
    ['a'],
  )
  assert.equal(rest.next, null)
  await assert.rejects(listServices(app, undefined, { cursor: 'x' }), { code: 'invalid-request' })
})

const yaml = (id: string, title = id) => `id: ${id}\ntitle: ${title}\nworker: { image: i }\n`

test('files make services, change them, and retire them when they are gone', async (context) => {
  const { app, directory } = await operatedApplication(context)
  const folder = join(directory, 'services')
  await mkdir(folder)
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  const load = () => loadServiceFiles(app, openDefinitionFolder(folder))
  await write('a.service.yaml', yaml('a'))
  await write('sum.service.yaml', yaml('sum'))
  await write('README.md', 'not a service')
  await load()
  await useService(app)
  await assert.rejects(replace(app, { title: 'x' }), { code: 'managed-by-file' })
  await assert.rejects(remove(app), { code: 'managed-by-file' })
  await write('a.service.yaml', yaml('a', 'A'))
  await rm(join(folder, 'sum.service.yaml'))
  await load()
  assert.equal((await showService(app, 'a', undefined)).version.version, 2)
  assert.notEqual((await showService(app, 'sum', undefined)).service.retiredAt, null)
})

test('all problems of all files are told at once, and nothing is taken over', async (context) => {
  const { app, directory } = await operatedApplication(context)
  const folder = join(directory, 'services')
  await mkdir(folder)
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'.charAt(index)}, `.repeat(9)}]`),
  ]
  await writeFile(join(folder, 'bomb.service.yaml'), bomb.join('\n'))
  await writeFile(join(folder, 'broken.service.yaml'), 'id: [unclosed canary-4711')
  await writeFile(join(folder, 'good.service.yaml'), yaml('good'))
  await writeFile(join(folder, 'twice.service.yaml'), yaml('good'))
  await writeFile(join(folder, 'wrong.service.yaml'), 'id: wrong\ntitel: x\nworker: {}\n')
  const error: unknown = await loadServiceFiles(app, openDefinitionFolder(folder)).catch(
    (thrown: unknown) => thrown,
  )
  assert(error instanceof DefinitionFilesError)
  const text = error.problems.join('\n')
  assert.match(text, /bomb\.service\.yaml uses more than 20 aliases/)
  assert.match(text, /broken\.service\.yaml is not YAML \(line 1\)/)
  assert.match(text, /twice\.service\.yaml: \/id is the same as in good\.service\.yaml/)
  assert.match(text, /wrong\.service\.yaml: \/titel is not a known field/)
  assert.match(text, /wrong\.service\.yaml: \/title is missing/)
  assert.doesNotMatch(text, /canary/)
  assert.deepEqual(await app.database.read.services.list({}), [])
})
