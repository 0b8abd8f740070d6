/** One definition as its file holds it. */
export interface DefinitionFile {
  /** The file's name, for people. */
  readonly file: string
  /** The parsed YAML; undefined when it cannot be read, then `problem` says why. */
  readonly value?: unknown
  readonly problem?: string
}

/** A folder of definitions, and the files with secrets that they name. */
export interface DefinitionFolder {
  /** Files whose names end in `suffix`, in the order of their names. Throws when there is no such folder. */
  read(suffix: string): Promise<readonly DefinitionFile[]>
  /** The text of a file that a definition names, without the line's end. Relative paths begin at the folder. */
  readSecret(path: string): Promise<string>
}

/** All that is wrong in a folder of definitions, each with file and place. Nothing of the folder was taken over. */
export class DefinitionFilesError extends Error {
  override readonly name = 'DefinitionFilesError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Files are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}
