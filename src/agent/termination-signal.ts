import { once } from 'node:events'
import { maxTimerMs } from '../staging/stage-deadline.ts'

const names = ['SIGTERM', 'SIGINT'] as const

/** The kubelet's word that it is time to end. Only the first one counts; none ends the program by itself. */
export class TerminationSignal {
  readonly #controller = new AbortController()

  constructor() {
    for (const name of names) process.on(name, this.#end)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Resolves when it has come. Costs nothing meanwhile: listeners of signals do not keep a program alive. */
  async received(): Promise<void> {
    if (this.signal.aborted) return
    const awake = setInterval(() => undefined, maxTimerMs)
    await once(this.signal, 'abort')
    clearInterval(awake)
  }

  readonly #end = () => {
    this.#controller.abort()
  }
}
