import { parseArgs } from 'node:util'
import { isRecord } from '../domain/parameters-schema.ts'
import { askManagement, readAccess, type ManagementAnswer } from './management-access.ts'
import { lineText, type CheckLine } from './check-line.ts'
import type { ProcessEnvironment } from './serve.ts'

/** Longer than all limits of the checks together. */
const timeoutMs = 120_000

const options = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  'ready-file': { type: 'string' },
} as const

/**
 * Lets the running service register at a control plane and look at the round trip, one line a check. 0 when none fails.
 */
export async function connect(
  environment: ProcessEnvironment,
  args: readonly string[],
): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [id, ...rest] = positionals
  if (id === undefined || rest.length > 0) {
    process.stderr.write('connect needs the id of one control plane.\n')
    return 2
  }
  const access = readAccess(environment, {
    url: values.url,
    keyFile: values['key-file'],
    readyFile: values['ready-file'],
  })
  const path = `/v1/control-planes/${encodeURIComponent(id)}/connect`
  const lines = linesOf(await askManagement(access, 'POST', path, timeoutMs), access.url)
  for (const line of lines) process.stdout.write(`${lineText(line)}\n`)
  return lines.some(({ result }) => result === 'fail') ? 1 : 0
}

function linesOf(answer: ManagementAnswer, url: string): readonly CheckLine[] {
  const fail = (detail: string, remedy: string): readonly CheckLine[] => [
    { result: 'fail', name: 'service', detail, remedy },
  ]
  if (answer.kind === 'silent') {
    const remedy =
      'Start it, or give its management address: --url, --ready-file, or the DSC_ variables.'
    return fail(`no answer at ${url}: ${answer.detail}`, remedy)
  }
  const { status, body } = answer
  if (status === 401) {
    return fail('refuses the management key', 'Give its file: --key-file data/keys/management-key.')
  }
  if (status === 404 && isRecord(body) && body['code'] === 'not-found') {
    return fail('has no such control plane', 'GET /v1/control-planes lists them.')
  }
  const checks = isRecord(body) ? body['checks'] : undefined
  if (status !== 200 || !Array.isArray(checks)) {
    const detail = isRecord(body) && typeof body['detail'] === 'string' ? `: ${body['detail']}` : ''
    return fail(`answers ${status}${detail}`, 'See the log of the service.')
  }
  return checks.flatMap(lineOf)
}

const results: readonly unknown[] = ['ok', 'warn', 'fail']
const isResult = (value: unknown): value is 'ok' | 'warn' | 'fail' => results.includes(value)

function lineOf(check: unknown): readonly CheckLine[] {
  if (!isRecord(check)) return []
  const { name, result, detail, remedy } = check
  if (typeof name !== 'string' || typeof detail !== 'string' || !isResult(result)) return []
  return [{ name, result, detail, ...(typeof remedy === 'string' ? { remedy } : {}) }]
}
