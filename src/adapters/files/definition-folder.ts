import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { DefinitionFile, DefinitionFolder } from '../../application/ports/definition-files.ts'

const maxFileBytes = 1_048_576
const maxSecretBytes = 65_536
/** Aliases in one file: enough for people, nothing for a bomb. */
const maxAliases = 20

/** A folder of YAML definitions. Each file is read whole, at most 1 MiB, without custom tags. */
export function openDefinitionFolder(directory: string): DefinitionFolder {
  return {
    read: async (suffix) => {
      const names = (await readdir(directory)).filter((name) => name.endsWith(suffix)).sort()
      return Promise.all(names.map((name) => readDefinition(join(directory, name), name)))
    },
    readSecret: async (path) => {
      const text = await readSmallFile(resolve(directory, path), maxSecretBytes)
      return text.replace(/\r?\n$/, '')
    },
  }
}

async function readSmallFile(path: string, maxBytes: number): Promise<string> {
  const { size } = await stat(path)
  if (size > maxBytes) throw new RangeError(`is longer than ${maxBytes} bytes`)
  return readFile(path, 'utf8')
}

async function readDefinition(path: string, file: string): Promise<DefinitionFile> {
  try {
    return { file, ...parseYaml(await readSmallFile(path, maxFileBytes)) }
  } catch (error) {
    const code = error instanceof RangeError ? error.message : 'cannot be read'
    return { file, problem: code }
  }
}

/** YAML 1.2 core schema. The message of a problem holds a place and a reason, never the text beside it. */
function parseYaml(text: string): Omit<DefinitionFile, 'file'> {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true, version: '1.2' })
  const [error] = [...document.errors, ...document.warnings]
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length
    return {
      problem: `is not YAML (line ${line}): ${error.code.toLowerCase().replaceAll('_', ' ')}`,
    }
  }
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }) }
  } catch {
    return { problem: `uses more than ${maxAliases} aliases` }
  }
}
