import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/** Which layers a layer may import from. `*`: any package of these names. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  application: ['application', 'domain'],
  staging: ['staging', 'domain', 'application/ports'],
  adapters: ['adapters', 'application', 'domain', 'staging'],
  agent: ['agent', 'staging', 'domain', 'adapters'],
  controller: ['controller', 'application', 'domain'],
  http: ['http', 'application', 'domain', 'generated'],
  telemetry: ['telemetry', 'application', 'domain', 'http'],
  config: ['config', 'domain'],
  generated: ['generated'],
}
/** Composition and entry points may import everything; nothing may import them. */
const entries = ['main.ts', 'service.ts', 'composition', 'cli']

interface Import {
  readonly file: string
  readonly from: string
  readonly to: string
}

const files = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'))
const layerOf = (file: string) => file.split('/')[1] ?? ''

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...found].map(([, path = '']) => ({
    file,
    from: layerOf(file),
    to: normalize(join(dirname(file), path)).replaceAll('\\', '/'),
  }))
}

test('imports between layers point one way', () => {
  const wrong = files.flatMap(importsOf).filter(({ from, to }) => {
    if (entries.includes(from)) return false
    const layers = allowed[from] ?? []
    return !layers.some((layer) => to.startsWith(`src/${layer}/`))
  })
  assert.deepEqual(
    wrong.map(({ file, to }) => `${file} → ${to}`),
    [],
  )
})

test('every folder of src is a layer that this test knows', () => {
  const unknown = new Set(
    files.map(layerOf).filter((layer) => !(layer in allowed) && !entries.includes(layer)),
  )
  assert.deepEqual([...unknown], [])
})

test('the domain is pure: no Node, no I/O packages, no clock', () => {
  const impure = files
    .filter((file) => layerOf(file) === 'domain')
    .filter((file) => {
      const text = readFileSync(file, 'utf8')
      return /from 'node:|new Date\(\)|Date\.now\(|Math\.random\(|process\.(?:env|exit|pid|cwd)/.test(
        text,
      )
    })
  assert.deepEqual(impure, [])
})

test('no source file is above 400 lines, and half of them are at most 120', () => {
  const counts = files
    .filter((file) => layerOf(file) !== 'generated')
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines)
  assert.deepEqual(
    counts.filter(({ lines }) => lines > 400),
    [],
  )
  assert.ok((counts[Math.floor(counts.length / 2)]?.lines ?? 0) <= 120)
})

test('the outside is reached through the guarded client alone', () => {
  const ways = /\bfetch\(|from 'node:(?:http|https|net|tls|http2|dgram)'/
  const owners = [
    'src/cli/check-listeners.ts',
    'src/adapters/egress/',
    'src/adapters/embedded-store/',
    'src/http/',
    'src/agent/worker-output.ts',
  ]
  const others = files.filter((file) => {
    if (owners.some((owner) => file.startsWith(owner))) return false
    const code = readFileSync(file, 'utf8').replaceAll(/^import type .*$/gm, '')
    return ways.test(code)
  })
  assert.deepEqual(others, [])
})
