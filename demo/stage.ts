import { setTimeout as pause } from 'node:timers/promises'
import type { DemoCluster } from './kubernetes/cluster.ts'
import type { ServiceProcess } from './service-process.ts'
import type { Terminal } from './terminal.ts'

const noticeMs = 500

/** An act in which something was not as it has to be. */
export class ActFailed extends Error {
  readonly label: string
  readonly title: string
  readonly expected: string

  constructor(label: string, title: string, expected: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.label = label
    this.title = title
    this.expected = expected
  }
}

/** The demo was told to end, as by Ctrl-C. */
export class Interrupted extends Error {
  readonly exitCode: number

  constructor(signal: string, exitCode: number) {
    super(`told to end by ${signal}`)
    this.exitCode = exitCode
  }
}

/** What all acts share. */
export class Stage {
  readonly terminal: Terminal
  /** Thrown away at the end. */
  readonly folder: string
  readonly resultsFolder: string
  /** Ends when the demo has to end before its time: asked for, too slow, or without its service. */
  readonly signal: AbortSignal
  readonly abort: (reason: Error) => void
  /** Ended in reverse order, however the demo ends. */
  readonly cleanup: AsyncDisposableStack
  /** Where jobs run as pods; null: they are processes of this machine. */
  readonly cluster: DemoCluster | null
  service: ServiceProcess | undefined
  /** Ends the demo if it takes too long. */
  limit: NodeJS.Timeout | undefined
  /** What is worth repeating at the end. */
  readonly findings: (readonly [string, string])[] = []
  readonly times: string[] = []
  /** How many have passed. */
  checks = 0

  constructor(
    terminal: Terminal,
    folder: string,
    resultsFolder: string,
    stop: AbortController,
    cleanup: AsyncDisposableStack,
    cluster: DemoCluster | null,
  ) {
    this.terminal = terminal
    this.folder = folder
    this.resultsFolder = resultsFolder
    this.signal = stop.signal
    this.abort = (reason) => stop.abort(reason)
    this.cleanup = cleanup
    this.cluster = cluster
  }

  /** One step of the story. `expected` is told when it fails. */
  async act<T>(
    label: string,
    title: string,
    expected: string,
    play: (stage: Stage) => Promise<T>,
  ): Promise<T> {
    this.terminal.heading(label, title)
    try {
      this.signal.throwIfAborted()
      return await play(this)
    } catch (error) {
      // A broken connection may be seen before the end of the process that has broken it.
      if (!this.signal.aborted)
        await pause(noticeMs, undefined, { signal: this.signal }).catch(() => undefined)
      const cause: unknown = this.signal.aborted ? this.signal.reason : error
      throw new ActFailed(label, title, expected, cause)
    }
  }

  /** Removes at the end what the demo has made in a cluster; a failure is told, with the way to do it by hand. */
  deferRemoval(remove: () => Promise<void>, byHand: string): void {
    this.cleanup.defer(() =>
      remove().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        this.terminal.failed(`Something of the demo may be left in the cluster: ${why}`)
        this.terminal.say(`To remove it: kubectl -n ${this.cluster?.namespace ?? '?'} ${byHand}`)
        process.exitCode = 1
      }),
    )
  }

  /** Fails the act unless `found` holds. */
  prove(found: boolean, text: string): void {
    if (!found) throw new Error(`not true: ${text}`)
    this.checks += 1
    this.terminal.proven(text)
  }

  /** Looks again and again until `find` gives something. */
  async until<T>(what: string, find: () => Promise<T | undefined>, withinMs = 20_000): Promise<T> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = await find()
      if (found !== undefined) return found
      if (performance.now() > deadline)
        throw new Error(`${what}: not seen within ${withinMs / 1000} s`)
      await pause(10, undefined, { signal: this.signal })
    }
  }
}
