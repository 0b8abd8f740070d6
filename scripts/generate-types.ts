import { writeFile } from 'node:fs/promises'
import { argv } from 'node:process'
import openapiTS, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import {
  documentNames,
  documentPath,
  documentUrl,
  generatedPath,
  readIfThere,
} from './api-documents.ts'

interface Operation {
  operationId: string
  security?: Record<string, unknown>[]
}

interface ApiDocument {
  paths: Record<string, Record<string, Operation | undefined>>
  security?: Record<string, unknown>[]
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Which security scheme opens each operation; `never` for those that anyone may call. */
function securityTypes(document: ApiDocument): string {
  const lines = Object.values(document.paths).flatMap((path) =>
    methods.flatMap((method) => {
      const operation = path[method]
      if (operation === undefined) return []
      const schemes = (operation.security ?? document.security ?? []).flatMap(Object.keys)
      const type = schemes.map((scheme) => JSON.stringify(scheme)).join(' | ') || 'never'
      return [`    ${operation.operationId}: ${type};`]
    }),
  )
  return `export interface operationSecurity {\n${lines.join('\n')}\n}\n`
}

const note = (name: string): string =>
  `/** Made from openapi/${name}.yaml by \`npm run generate\`. */\n\n`

/** `edc-signaling` → `edcSignalingDocument`. */
const constantName = (name: string): string =>
  `${name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Document`

/** The files of one document: its types, and the document itself, so that a start need not parse YAML. */
async function generate(name: string): Promise<Map<string, string>> {
  const types = astToString(await openapiTS(documentUrl(name)))
  const document: unknown = parse((await readIfThere(documentPath(name))) ?? '')
  const json = JSON.stringify(JSON.stringify(document))
  return new Map([
    [generatedPath(name), note(name) + types + securityTypes(document as ApiDocument)],
    [
      generatedPath(`${name}-document`),
      `${note(name)}export const ${constantName(name)}: unknown = JSON.parse(\n  ${json},\n)\n`,
    ],
  ])
}

const check = argv.includes('--check')
for (const name of documentNames) {
  for (const [path, fresh] of await generate(name)) {
    if (!check) {
      await writeFile(path, fresh)
    } else if ((await readIfThere(path)) !== fresh) {
      process.stderr.write(`${path} does not fit openapi/${name}.yaml: run \`npm run generate\`.\n`)
      process.exitCode = 1
    }
  }
}
