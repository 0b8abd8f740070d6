import { isInjectedByKubernetes, variables, type Variable, type VariableName } from './variables.ts'

/** Values by name, parsed. `undefined`: not given and without a default. */
export interface Configuration {
  readonly text: (name: VariableName) => string | undefined
  readonly required: (name: VariableName) => string
  readonly number: (name: VariableName) => number
  readonly flag: (name: VariableName) => boolean
  readonly list: (name: VariableName) => readonly string[]
}

/** All that is wrong with the configuration, each with the variable's name and what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** `KUBECONFIG` has the name that every program gives it. */
const isOurs = (name: string) => name.startsWith('DSC_') || name === 'KUBECONFIG'
const isKnown = (name: string): name is VariableName => Object.hasOwn(variables, name)

/**
 * Reads the environment. `readFile` gives the content of a `…_FILE` reference. Throws `ConfigurationError` with all
 * problems at once: unknown names, bad values, a value given twice.
 */
export function readConfiguration(
  environment: Environment,
  readFile: (path: string) => string,
): Configuration {
  const problems: string[] = []
  const values = new Map<VariableName, string>()
  for (const [key, value] of Object.entries(environment)) {
    if (value === undefined || !isOurs(key) || isInjectedByKubernetes(key, value)) continue
    const name = key.endsWith('_FILE') && !isKnown(key) ? key.slice(0, -'_FILE'.length) : key
    if (!isKnown(name)) {
      problems.push(`${key} is not a setting.${suggestion(key)}`)
      continue
    }
    if (values.has(name)) problems.push(`${name} is given twice, as a value and as a file.`)
    values.set(name, name === key ? value : fileValue(key, value, readFile, problems))
  }
  for (const [name, value] of values) {
    const problem = valueProblem(variables[name], value)
    if (problem !== undefined) problems.push(`${name} ${problem}`)
  }
  problems.push(...choiceProblems(values))
  if (problems.length > 0) throw new ConfigurationError(problems)
  return configurationOf(values)
}

function fileValue(
  key: string,
  path: string,
  readFile: (path: string) => string,
  problems: string[],
): string {
  try {
    return readFile(path).trimEnd()
  } catch {
    problems.push(`${key} names a file that cannot be read.`)
    return ''
  }
}

function suggestion(key: string): string {
  const near = Object.keys(variables).find(
    (name) => name.replaceAll('_', '') === key.replaceAll('_', ''),
  )
  return near === undefined
    ? ' `dataspace-compute check` lists all settings.'
    : ` Did you mean ${near}?`
}

function valueProblem({ kind }: Variable, value: string): string | undefined {
  switch (kind) {
    case 'integer':
    case 'seconds':
      return /^\d{1,15}$/.test(value) ? undefined : 'must be a whole number.'
    case 'port':
      return /^\d{1,5}$/.test(value) && Number(value) < 65_536
        ? undefined
        : 'must be a port (0 to 65535; 0: any free one).'
    case 'flag':
      return value === 'true' || value === 'false' ? undefined : 'must be true or false.'
    case 'url':
      return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
        ? undefined
        : 'must be an http(s) URL.'
    case 'text':
    case 'list':
      return undefined
  }
}

const choices: Partial<Record<VariableName, readonly string[]>> = {
  DSC_STORE: ['embedded', 's3'],
  DSC_COMPUTE: ['local', 'kubernetes'],
  DSC_COMPUTE_LOCAL: ['unsafe'],
  DSC_S3_CHECKSUMS: ['when_required', 'when_supported'],
  DSC_LOG_LEVEL: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
}

function choiceProblems(values: ReadonlyMap<VariableName, string>): string[] {
  const problems = Object.entries(choices).flatMap(([name, allowed]) => {
    const value = isKnown(name) ? values.get(name) : undefined
    if (value === undefined || allowed.includes(value)) return []
    return [`${name} must be ${allowed.join(' or ')}.`]
  })
  const roles = (values.get('DSC_ROLES') ?? 'api').split(',').map((role) => role.trim())
  if (roles.some((role) => !['api', 'controller', 'transfers'].includes(role))) {
    problems.push('DSC_ROLES must list api, controller, transfers.')
  }
  if (values.get('DSC_STORE') === 's3') {
    const needed: readonly VariableName[] = ['DSC_S3_ENDPOINT', 'DSC_S3_ROLE_ARN']
    for (const name of needed)
      if (!values.has(name)) problems.push(`${name} is needed with DSC_STORE=s3.`)
  }
  if (values.get('DSC_COMPUTE') === 'kubernetes') problems.push(...kubernetesProblems(values))
  if (!/^(?:sqlite:.+)?$/.test(values.get('DSC_DATABASE_URL') ?? '')) {
    problems.push('DSC_DATABASE_URL must be sqlite:PATH.')
  }
  return problems
}

/** A changed Secret reaches a pod after up to 90 seconds, so sessions of agents must not be short. */
const shortestPodSession = 300

function kubernetesProblems(values: ReadonlyMap<VariableName, string>): string[] {
  const problems: string[] = []
  if (!values.has('DSC_AGENT_IMAGE')) {
    problems.push('DSC_AGENT_IMAGE is needed with DSC_COMPUTE=kubernetes.')
  }
  const seconds = Number(values.get('DSC_SESSION_SECONDS') ?? shortestPodSession)
  if (seconds < shortestPodSession) {
    problems.push(
      `DSC_SESSION_SECONDS must be at least ${shortestPodSession} with DSC_COMPUTE=kubernetes.`,
    )
  }
  return problems
}

function configurationOf(values: ReadonlyMap<VariableName, string>): Configuration {
  const text = (name: VariableName): string | undefined => {
    const definition: Variable = variables[name]
    return values.get(name) ?? definition.default
  }
  const required = (name: VariableName) => {
    const value = text(name)
    if (value === undefined) throw new ConfigurationError([`${name} is needed.`])
    return value
  }
  return {
    text,
    required,
    number: (name) => Number(required(name)),
    flag: (name) => required(name) === 'true',
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
  }
}
