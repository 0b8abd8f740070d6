import { readConfiguration } from '../config/configuration.ts'
import type { ProcessEnvironment } from './serve.ts'

export function check({ variables, readFile }: ProcessEnvironment): number {
  readConfiguration(variables, readFile)
  return 0
}
