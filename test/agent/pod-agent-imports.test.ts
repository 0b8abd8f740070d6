import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { it } from 'node:test'

/** Packages and files that loading `file` loads, types left out. */
function loadedBy(file: string, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(file)) return { files, packages }
  files.add(file)
  const text = readFileSync(file, 'utf8').replaceAll(/^(?:import|export) type [^']*'[^']*'/gm, '')
  for (const [, from = ''] of text.matchAll(/^(?:import|export|\}) [^']*from '([^']+)'/gm)) {
    if (from.startsWith('.')) loadedBy(normalize(join(dirname(file), from)), files, packages)
    else packages.add(from)
  }
  return { files, packages }
}

it("the pod's agent starts without the service, and without what only the service needs", () => {
  const { files, packages } = loadedBy('src/agent/run-pod-agent.ts')
  const others = [...packages].filter((name) => !name.startsWith('node:')).sort()
  assert.deepEqual(others, ['@aws-sdk/client-s3', 'tar-stream', 'yauzl', 'yazl', 'zod'])
  const layers = [...new Set([...files].map((file) => file.split('/')[1]))].sort()
  assert.deepEqual(layers, ['adapters', 'agent', 'domain', 'staging'])
})

it('listens to signals before it loads anything large', () => {
  const { packages } = loadedBy('src/agent/run-agent.ts')
  assert.deepEqual(
    [...packages].filter((name) => !name.startsWith('node:')),
    [],
  )
})
