/** What one check found. */
export interface CheckLine {
  readonly result: 'ok' | 'warn' | 'fail' | 'info'
  readonly name: string
  readonly detail: string
  /** What to do, for warnings and failures. */
  readonly remedy?: string
}

const marks = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', info: '    ' } as const

export function lineText({ result, name, detail, remedy }: CheckLine): string {
  const line = `${marks[result]}  ${name}: ${detail}`
  return remedy === undefined ? line : `${line}\n      -> ${remedy}`
}

/** A check that fails by throwing: the remedy says what to do then. */
export async function checked(
  name: string,
  remedy: string,
  run: () => Promise<string>,
): Promise<CheckLine> {
  try {
    return { result: 'ok', name, detail: await run() }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { result: 'fail', name, detail, remedy }
  }
}
