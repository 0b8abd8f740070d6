import { ProblemError } from '../../domain/problem.ts'
import { DefinitionFilesError, type DefinitionFile } from '../ports/definition-files.ts'

/** Reads all files with `parse`. Throws `DefinitionFilesError` with what is wrong in any of them, also an id twice. */
export async function parseDefinitions<Definition extends { readonly id: string }>(
  files: readonly DefinitionFile[],
  parse: (value: unknown) => Promise<Definition>,
): Promise<readonly Definition[]> {
  const problems: string[] = []
  const found = new Map<string, { readonly file: string; readonly definition: Definition }>()
  for (const { file, value, problem } of files) {
    if (problem !== undefined) {
      problems.push(`${file} ${problem}.`)
      continue
    }
    try {
      const definition = await parse(value)
      const first = found.get(definition.id)
      if (first === undefined) found.set(definition.id, { file, definition })
      else problems.push(`${file}: /id is the same as in ${first.file}.`)
    } catch (error) {
      problems.push(...problemLines(file, error))
    }
  }
  if (problems.length > 0) throw new DefinitionFilesError(problems)
  return [...found.values()].map(({ definition }) => definition)
}

function problemLines(file: string, error: unknown): readonly string[] {
  if (!(error instanceof ProblemError)) throw error
  if (error.errors.length === 0) return [`${file}: ${error.detail}`]
  return error.errors.map(({ pointer, detail }) => `${file}: ${pointer || 'the file'} ${detail}.`)
}
