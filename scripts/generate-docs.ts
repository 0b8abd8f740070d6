/**
 * Writes the tables of docs/configuration.md, docs/codes.md and docs/operations.md from what the program itself uses:
 * `node scripts/generate-docs.ts`. A test sees to it that they are fresh.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format } from 'prettier'
import { parse } from 'yaml'
import { variables, type Variable } from '../src/config/variables.ts'
import { failureCatalogue } from '../src/domain/failure.ts'
import { problemCatalogue } from '../src/domain/problem.ts'
import { stateReasonCatalogue } from '../src/domain/workspace.ts'
import { documentNames, documentPath } from './api-documents.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url))

const code = (text: string) => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

function variableTable(): string {
  const rows = Object.entries(variables).map(([name, variable]: [string, Variable]) => {
    const kind = variable.secret === true ? `${variable.kind}, secret` : variable.kind
    const given = variable.default ?? ''
    return [code(name), kind, given === '' ? '' : code(given), variable.meaning]
  })
  return table(['Variable', 'Kind', 'Default', 'Meaning'], rows)
}

const problemTable = () =>
  table(
    ['Status', 'Code', 'Title'],
    Object.entries(problemCatalogue).map(([name, [status, title]]) => [
      String(status),
      code(name),
      title,
    ]),
  )

const failureTable = () =>
  table(
    ['Class', 'Code', 'What to do next'],
    Object.entries(failureCatalogue).map(([name, [failureClass, nextStep]]) => [
      code(failureClass),
      code(name),
      nextStep,
    ]),
  )

const stateReasonTable = () =>
  table(
    ['Code', 'Meaning'],
    Object.entries(stateReasonCatalogue).map(([name, meaning]) => [code(name), meaning]),
  )

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId?: string; summary?: string }>>>
  >
}

async function operationTable(name: string): Promise<string> {
  const { paths } = parse(await readFile(documentPath(name), 'utf8')) as OpenApi
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, summary }]) =>
      operationId === undefined
        ? []
        : [[code(`${method.toUpperCase()} ${path}`), code(operationId), summary ?? '']],
    ),
  )
  return table(['Request', 'Operation', 'Does'], rows)
}

async function tables(): Promise<ReadonlyMap<string, string>> {
  const operations = await Promise.all(
    documentNames.map(async (name) => [name, await operationTable(name)] as const),
  )
  return new Map([
    ['variables', variableTable()],
    ['problems', problemTable()],
    ['failures', failureTable()],
    ['state-reasons', stateReasonTable()],
    ...operations,
  ])
}

export const generatedDocuments = ['configuration', 'codes', 'operations'] as const

/** A document as it is, and as it should be: what stands between `<!-- table NAME -->` and `<!-- end -->` is replaced. */
export async function renderDocument(name: string): Promise<{ is: string; should: string }> {
  const all = await tables()
  const is = await readFile(pathOf(name), 'utf8')
  const filled = is.replaceAll(
    /(<!-- table (\S+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin: string, key: string, end: string) => {
      const content = all.get(key)
      if (content === undefined) throw new Error(`docs/${name}.md: there is no table ${key}`)
      return `${begin}\n${content}\n\n${end}`
    },
  )
  return { is, should: await format(filled, { parser: 'markdown', printWidth: 100 }) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of generatedDocuments) {
    const { should } = await renderDocument(name)
    await writeFile(pathOf(name), should)
  }
}
