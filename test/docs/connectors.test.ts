import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openDefinitionFolder } from '../../src/adapters/files/definition-folder.ts'
import { readControlPlaneFiles } from '../../src/application/control-planes/load-control-plane-files.ts'

const directory = fileURLToPath(new URL('../../docs/examples/connectors', import.meta.url))

test('every example of a control plane can be read, given the files of its secrets', async () => {
  const folder = openDefinitionFolder(directory)
  const types: string[] = []
  // Each alone: two of them are the same connector in two versions.
  for (const file of await folder.read('.control-plane.yaml')) {
    const [definition] = await readControlPlaneFiles({
      read: () => Promise.resolve([file]),
      readSecret: () => Promise.resolve('secret-0123456789abcdef'),
    })
    assert(definition !== undefined, file.file)
    types.push(`${definition.inbound.type}, ${definition.callbacks?.type ?? ''}`)
  }
  assert.ok(types.includes('oauth2, oauth2'))
})
