import { existsSync } from 'node:fs'
import type { Stage } from '../stage.ts'
import { seconds } from '../terminal.ts'
import { Connector, type ConnectorName } from './connector.ts'
import { exportedBy, runScript } from './scripts.ts'

const names = ['compute', 'consumer', 'data'] as const
const installer = '/usr/bin/apt-get'
const programs = [
  ['Java 17 or newer', '/usr/bin/java', 'default-jre-headless'],
  ['Maven', '/usr/bin/mvn', 'maven'],
] as const

export interface Connectors extends Readonly<Record<ConnectorName, Connector>> {
  /** The operator's, to be tidied up when all is over; null: it ends with the demo. */
  readonly lasting: Connector | null
}

/** Throws with one sentence when this machine cannot run the connectors. Makes nothing. */
export function checkMachine(
  exists: (path: string) => boolean = existsSync,
  platform: string = process.platform,
  isRoot = process.getuid?.() === 0,
): void {
  if (platform !== 'linux')
    throw new Error('--connector edc needs Linux: its connectors are started by scripts for it.')
  const missing = programs.filter(([, path]) => !exists(path))
  if (missing.length === 0 || (isRoot && exists(installer))) return
  const [what, packages] = [missing.map(([name]) => name), missing.map(([, , name]) => name)]
  throw new Error(
    `--connector edc needs ${what.join(' and ')}, and cannot install them here (that takes root on Debian). Install ${packages.join(' and ')}, or leave --connector out.`,
  )
}

/** Starts those that do not run, and ends at the end of the demo those that it has started. */
export async function openConnectors(stage: Stage): Promise<Connectors> {
  const { terminal, cleanup, signal } = stage
  const running = (await runScript('running', [], {}, signal)).split('\n')
  const own = names.filter((name) => !running.includes(name))
  cleanup.defer(async () => {
    if (own.length > 0) await runScript('down', own)
  })
  terminal.say('Three connectors of the Eclipse Dataspace Components, unmodified, release 0.15.1.')
  if (own.length > 0)
    terminal.say(
      'They start now; the first time on a machine, Maven gathers them for a minute or two.',
    )
  const begun = performance.now()
  const variables = exportedBy(await runScript('up', [...names], {}, signal))
  // What is not installed or gathered yet takes minutes, and is no part of the story.
  stage.limit?.refresh()
  const opened = {
    compute: new Connector('compute', variables, signal),
    consumer: new Connector('consumer', variables, signal),
    data: new Connector('data', variables, signal),
    lasting: own.includes('compute') ? null : new Connector('compute', variables),
  }
  const roles = {
    compute: "the operator's; our service is to be its data plane",
    consumer: "the consumer's",
    data: "a third party's, with EDC's own data plane",
  }
  terminal.table(
    names.map((name) => [
      name,
      own.includes(name) ? 'started' : 'runs already',
      opened[name].managementUrl,
      roles[name],
    ]),
  )
  const planes = await Promise.all(names.map((name) => opened[name].dataPlanes.list()))
  stage.prove(planes.length === 3, `All three answer, after ${seconds(performance.now() - begun)}.`)
  return opened
}
