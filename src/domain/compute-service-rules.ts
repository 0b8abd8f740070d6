import ipaddr from 'ipaddr.js'
import type { ComputeServiceContent } from './compute-service.ts'
import { parametersSchemaProblems } from './parameters-schema.ts'
import type { ProblemPart } from './problem.ts'
import { workerVariableProblem } from './variable-name.ts'
import { jsonPointer } from './zod-problems.ts'

const part = (path: readonly PropertyKey[], code: string, detail: string): ProblemPart => ({
  pointer: jsonPointer(path),
  code,
  detail,
})

/** What is wrong in a compute service although every field has its form. */
export function serviceContentProblems(content: ComputeServiceContent): readonly ProblemPart[] {
  return [
    ...nameProblems(content),
    ...workerProblems(content),
    ...mountProblems(content),
    ...outputDirectoryProblems(content),
    ...parametersSchemaProblems(content.parameters),
    ...egressProblems(content),
  ]
}

function nameProblems({ inputs, outputs }: ComputeServiceContent): ProblemPart[] {
  const repeated = (list: 'inputs' | 'outputs', names: readonly string[]) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [part([list, index, 'name'], 'unique', `is the name of another one: ${name}`)],
    )
  return [
    ...repeated(
      'inputs',
      inputs.map(({ name }) => name),
    ),
    ...repeated(
      'outputs',
      outputs.map(({ name }) => name),
    ),
  ]
}

function workerProblems({ worker }: ComputeServiceContent): ProblemPart[] {
  const problems: ProblemPart[] = []
  if (worker.image === null && worker.command.length === 0) {
    problems.push(part(['worker'], 'required', 'needs an image, a command, or both'))
  }
  for (const field of ['env', 'secretEnv'] as const) {
    for (const name of Object.keys(worker[field])) {
      const problem = workerVariableProblem(name)
      if (problem !== undefined) problems.push(part(['worker', field, name], 'pattern', problem))
    }
  }
  for (const [name, reference] of Object.entries(worker.secretEnv)) {
    if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/[A-Za-z0-9._-]{1,253}$/.test(reference)) {
      problems.push(part(['worker', 'secretEnv', name], 'pattern', 'must be secret-name/key'))
    }
    if (Object.hasOwn(worker.env, name)) {
      problems.push(part(['worker', 'secretEnv', name], 'unique', 'is given in env too'))
    }
  }
  return problems
}

/** Why nothing can be mounted there; undefined when it can. */
export function mountPathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must be absolute'
  const segments = path.slice(1).split('/')
  // eslint-disable-next-line no-control-regex -- exactly these characters are refused
  if (/[\u0000-\u001f\u007f\\]/.test(path) || segments.some(isNoSegment)) {
    return 'must be normalised: no empty segments, no . or .., no / at the end, no control characters'
  }
  const [first = ''] = segments
  if (['proc', 'dev', 'sys'].includes(first)) return `must not lie in /${first}`
  return first.startsWith('dsc') ? 'must not begin with /dsc, where the agent is' : undefined
}

const isNoSegment = (segment: string) => segment === '' || segment === '.' || segment === '..'

function mountProblems({ inputs }: ComputeServiceContent): ProblemPart[] {
  return inputs.flatMap(({ kind, mountPath }, index) => {
    const at = ['inputs', index, 'mountPath']
    if (kind === 'environment') {
      return mountPath === null ? [] : [part(at, 'not-allowed', 'an environment is not mounted')]
    }
    if (mountPath === null) return [part(at, 'required', `is needed for an input of kind ${kind}`)]
    const problem = mountPathProblem(mountPath)
    return problem === undefined ? [] : [part(at, 'path', problem)]
  })
}

const isWithin = (path: string, directory: string) =>
  path === directory || path.startsWith(`${directory}/`)

function outputDirectoryProblems(content: ComputeServiceContent): ProblemPart[] {
  const { outputDirectory, outputs, inputs } = content
  const at = ['outputDirectory']
  if (outputDirectory === null) {
    return outputs.length === 0 ? [] : [part(at, 'required', 'is needed for outputs')]
  }
  const problem = mountPathProblem(outputDirectory)
  if (problem !== undefined) return [part(at, 'path', problem)]
  return inputs.flatMap(({ kind, name, mountPath }, index) => {
    if (mountPath === null) return []
    const mounted = kind === 'file' ? `${mountPath}/${name}` : mountPath
    const overlaps = isWithin(mounted, outputDirectory) || isWithin(outputDirectory, mounted)
    return overlaps
      ? [part(['inputs', index, 'mountPath'], 'overlap', 'lies over the output directory')]
      : []
  })
}

function egressProblems({ egress }: ComputeServiceContent): ProblemPart[] {
  return egress.flatMap(({ cidr }, index) =>
    ipaddr.isValidCIDR(cidr)
      ? []
      : [part(['egress', index, 'cidr'], 'format', 'must be a network like 10.1.0.0/16')],
  )
}
