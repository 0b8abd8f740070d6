import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Block {
  readonly language: string
  /** Of the first line inside the block. */
  readonly line: number
  readonly text: string
}

export const readDocument = (path: string) => readFileSync(join(root, path), 'utf8')

/** The fenced blocks of a Markdown document, in their order. */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*)/.exec(line)
    if (open === undefined) {
      if (fence !== null) open = { language: fence[1] ?? '', line: index + 2, lines: [] }
    } else if (line === '```') {
      blocks.push({ language: open.language, line: open.line, text: `${open.lines.join('\n')}\n` })
      open = undefined
    } else {
      open.lines.push(line)
    }
  }
  if (open !== undefined) throw new Error(`the block of line ${open.line} has no end`)
  return blocks
}

export interface Session {
  /** How many blocks have run to their end. */
  readonly ran: number
  readonly code: number | null
  readonly output: string
}

/**
 * Runs blocks as they are written, in one shell that ends at the first command that fails. `notes` is a folder outside
 * of the one where the shell works. What the shell has started in the background ends with it.
 */
export async function runBlocks(
  blocks: readonly Block[],
  place: { readonly directory: string; readonly notes: string },
  variables: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Session> {
  mkdirSync(place.notes, { recursive: true })
  const journal = join(place.notes, 'ran')
  writeFileSync(journal, '')
  const lines = blocks.flatMap(({ text, line }, index) => {
    const file = join(place.notes, `block-${index}.sh`)
    writeFileSync(file, text)
    return [`echo "== line ${line}"`, `. '${file}'`, `echo ${line} >> '${journal}'`]
  })
  const script = join(place.notes, 'session.sh')
  writeFileSync(script, ['set -eu', ...lines, ''].join('\n'))
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DSC_'))
  const shell = spawn('sh', [script], {
    cwd: place.directory,
    detached: true,
    env: {
      ...Object.fromEntries(inherited),
      ...variables,
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const timer = setTimeout(() => endGroup(shell.pid), timeoutMs)
  const code = await new Promise<number | null>((resolve, reject) => {
    shell.once('error', reject)
    shell.once('exit', resolve)
  })
  clearTimeout(timer)
  endGroup(shell.pid)
  const ran = readFileSync(journal, 'utf8').split('\n').length - 1
  return { ran, code, output }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // Nothing of it is left.
  }
}
