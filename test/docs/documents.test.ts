import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { generatedDocuments, renderDocument } from '../../scripts/generate-docs.ts'
import { documentNames, documentPath } from '../../scripts/api-documents.ts'
import { variables } from '../../src/config/variables.ts'
import { failureCatalogue } from '../../src/domain/failure.ts'
import { problemCatalogue } from '../../src/domain/problem.ts'
import { stateReasonCatalogue } from '../../src/domain/workspace.ts'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))
const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')

/** Without fenced blocks and code spans: what is left is prose and links. */
const proseOf = (path: string) =>
  textOf(path)
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/`[^`\n]+`/g, (span) => span.replaceAll(/[[\]()#]/g, ''))

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (path: string) =>
  new Set([...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)))

test('every document that a project needs is there', () => {
  const needed = ['architecture', 'operating', 'consumer', 'worker', 'codes', 'configuration']
  const missing = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE'],
    ...needed.map((name) => `docs/${name}.md`),
  ].filter((path) => !existsSync(join(root, path)))
  assert.deepEqual(missing, [])
})

test('every relative link and anchor leads somewhere', () => {
  const broken: string[] = []
  let count = 0
  for (const path of documents) {
    for (const [, target = ''] of proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      count++
      const [file = '', anchor] = target.split('#')
      const place = file === '' ? path : normalize(join(dirname(path), file))
      if (!existsSync(join(root, place))) broken.push(`${path}: ${target}`)
      else if (anchor !== undefined && !anchorsOf(place).has(anchor))
        broken.push(`${path}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
  assert.ok(count > 30, `only ${count} links were found`)
})

test('every file below docs is reachable from the README by links', () => {
  const seen = new Set(['README.md'])
  const queue = [...seen]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const [, file = ''] of proseOf(path).matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) {
      const place = normalize(join(dirname(path), file))
      if (/^[a-z]+:/.test(file) || seen.has(place)) continue
      seen.add(place)
      queue.push(place)
    }
  }
  assert.deepEqual(
    documents.filter((path) => !seen.has(path)),
    [],
  )
})

for (const name of generatedDocuments) {
  test(`docs/${name}.md is fresh: node scripts/generate-docs.ts changes nothing`, async () => {
    const { is, should } = await renderDocument(name)
    assert.equal(is, should)
  })
}

test('every variable and every code is documented', () => {
  const configuration = textOf('docs/configuration.md')
  const codes = textOf('docs/codes.md')
  const missing = [
    ...Object.keys(variables).filter((name) => !configuration.includes(`\`${name}\``)),
    ...[problemCatalogue, failureCatalogue, stateReasonCatalogue]
      .flatMap((catalogue) => Object.keys(catalogue))
      .filter((code) => !codes.includes(`\`${code}\``)),
  ]
  assert.deepEqual(missing, [])
})

test('every variable that a document names exists', () => {
  const offered = /^DSC_(?:ROOT|JOB_ID|ATTEMPT|OUTPUT_DIR|INPUT(?:_.*)?|CI_SKIP_SYSTEM|)$/
  const known = new Set(Object.keys(variables))
  const unknown = documents.flatMap((path) =>
    [...textOf(path).matchAll(/\bDSC_[A-Z0-9_]*[A-Z0-9](?!…|\w|\*)/g)]
      .map(([name]) => (known.has(name) ? name : name.replace(/_FILE$/, '')))
      .filter((name) => !known.has(name) && !offered.test(name) && !/_PORT_\d+_TCP$/.test(name))
      .map((name) => `${path}: ${name}`),
  )
  assert.deepEqual(
    unknown.filter((entry) => !/SERVICE_HOST|: DSC_INPUT/.test(entry)),
    [],
  )
})

test('every operation of the OpenAPI documents is documented', () => {
  const operations = textOf('docs/operations.md')
  const missing: string[] = []
  let count = 0
  for (const name of documentNames) {
    const { paths } = parse(readFileSync(documentPath(name), 'utf8')) as {
      paths: Record<string, Record<string, { operationId?: string }>>
    }
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, { operationId }] of Object.entries(item)) {
        if (operationId === undefined) continue
        count++
        if (!operations.includes(`\`${method.toUpperCase()} ${path}\``)) missing.push(operationId)
      }
    }
  }
  assert.deepEqual(missing, [])
  assert.ok(count > 80, `only ${count} operations were found`)
})

test('no document names what lies outside of this repository', () => {
  const found = documents.flatMap((path) => {
    const text = textOf(path)
    const upward = [...text.matchAll(/(?:\.\.\/)+[\w./-]*/g)].map(([place]) => place)
    const outside = upward.filter((place) => normalize(join(dirname(path), place)).startsWith('..'))
    const machine = [root, homedir()].filter((place) => text.includes(place))
    const registries =
      text.match(/\b(?:registry\.[a-z]+|[a-z]+\.npmjs|npmjs)\.(?:com|org)\b/g) ?? []
    return [...outside, ...machine, ...registries].map((place) => `${path}: ${place}`)
  })
  assert.deepEqual(found, [])
})

test('each decision is short, and says context, decision and consequence', () => {
  const decisions = globSync('docs/decisions/*.md', { cwd: root })
  assert.ok(decisions.length >= 7)
  for (const path of decisions) {
    const text = textOf(path)
    assert.ok(text.split('\n').length <= 41, `${path} is long`)
    for (const part of ['## Context', '## Decision', '## Consequence'])
      assert.ok(text.includes(part), `${path}: ${part}`)
    assert.ok(statSync(join(root, path)).isFile())
  }
})
