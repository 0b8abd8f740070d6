import { readConfiguration } from '../config/configuration.ts'
import type { ProcessEnvironment } from './serve.ts'

export function check({ variables, readFile }: ProcessEnvironment, _program: string): number {
  readConfiguration(variables, readFile)
  return 0
}
