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

async function generate(name: string): Promise<string> {
  const types = astToString(await openapiTS(documentUrl(name)))
  const document = parse((await readIfThere(documentPath(name))) ?? '') as ApiDocument
  return `/** Made from openapi/${name}.yaml by \`npm run generate\`. */\n\n${types}${securityTypes(document)}`
}

const check = argv.includes('--check')
for (const name of documentNames) {
  const fresh = await generate(name)
  if (!check) {
    await writeFile(generatedPath(name), fresh)
  } else if ((await readIfThere(generatedPath(name))) !== fresh) {
    process.stderr.write(
      `src/generated/${name}.ts does not fit openapi/${name}.yaml: run \`npm run generate\`.\n`,
    )
    process.exitCode = 1
  }
}
