import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { productRun } from '../counterparts/kubernetes/images/catalogue.ts'

/** The Dockerfile without building it: what it says has to agree with what the project says elsewhere. */
const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const lines = read('Dockerfile').split('\n')
const last = (instruction: string) => {
  const line = lines.findLast((candidate) => candidate.startsWith(`${instruction} `))
  return line?.slice(instruction.length + 1)
}
const description = JSON.parse(read('package.json')) as {
  readonly bin: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

test('the image has the line of Node that the project is tested with', () => {
  const major = description.devDependencies['node']?.split('.')[0] ?? ''
  const bases = lines.filter((line) => line.startsWith('FROM '))
  assert.equal(bases.length, 2)
  for (const base of bases) {
    assert.match(base, new RegExp(`^FROM node:${major}-bookworm-slim( AS build)?$`))
  }
})

test('all that the image is built from exists and is not kept from the build', () => {
  const sources = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1))
  assert.ok(sources.includes('src'))
  const [everything, ...kept] = read('.dockerignore').trim().split('\n')
  assert.equal(everything, '*')
  assert.deepEqual(new Set(kept.map((line) => line.slice(1))), new Set(sources))
  for (const source of sources) assert.ok(existsSync(join(root, source)), source)
})

test('no package of the service needs an install script, as the image runs none', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { dev?: boolean; hasInstallScript?: boolean }>>
  }
  const needing = Object.entries(packages).filter(
    ([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true,
  )
  assert.deepEqual(needing, [])
})

test('the image starts the program of package.json as a user without rights, and so does the image of the tests', () => {
  const entrypoint = ['node', `/app/${description.bin['dataspace-compute'] ?? ''}`]
  assert.deepEqual(JSON.parse(last('ENTRYPOINT') ?? ''), entrypoint)
  assert.deepEqual(JSON.parse(last('CMD') ?? ''), ['serve'])
  assert.match(last('USER') ?? '', /^[1-9]\d+:[1-9]\d+$/)
  assert.deepEqual(productRun.Entrypoint, entrypoint)
  assert.deepEqual(productRun.Cmd, ['serve'])
  assert.equal(productRun.User, last('USER'))
  assert.equal(productRun.WorkingDir, last('WORKDIR'))
})
