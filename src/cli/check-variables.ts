import type { Configuration } from '../config/configuration.ts'
import { variables, type Variable, type VariableName } from '../config/variables.ts'
import type { CheckLine } from './check-line.ts'

const isName = (name: string): name is VariableName => Object.hasOwn(variables, name)

/** Every variable with its value and what it means; secrets only say whether they are given. */
export function variableLines({ text }: Configuration): readonly CheckLine[] {
  return Object.entries<Variable>(variables).flatMap(([name, { meaning, secret }]) => {
    if (!isName(name)) return []
    const value = text(name)
    const shown = secret === true && value !== undefined ? '(given)' : (value ?? '(not given)')
    return [{ result: 'info', name, detail: `${shown}. ${meaning}` }]
  })
}
