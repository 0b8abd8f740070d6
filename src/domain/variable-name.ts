const pattern = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/
const reserved = /^(?:DSC_.*|PATH|LD_.*|NODE_OPTIONS)$/

/** Why this cannot be the name of an environment variable that consumers set; undefined when it can. */
export function consumerVariableProblem(name: string): string | undefined {
  if (!pattern.test(name)) return 'must be the name of an environment variable'
  return reserved.test(name) ? 'is a name that consumers cannot set' : undefined
}

/** Why an operator cannot give a worker a variable of this name; undefined when it can. */
export function workerVariableProblem(name: string): string | undefined {
  if (!pattern.test(name)) return 'must be the name of an environment variable'
  return name.startsWith('DSC_') ? 'begins with DSC_, which this service sets itself' : undefined
}
