import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions } from 'node:https'
import type { LookupFunction } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'
import { resolveAllowed, type GuardSettings, type ResolvedAddress, type Target } from './guard.ts'

type Connected = (error: Error | null, stream: Duplex) => void
type Addresses = readonly [ResolvedAddress, ...ResolvedAddress[]]

/** From the look-up of the name to the end of the TLS handshake. */
export const connectLimitMs = 10_000

export interface AgentKind {
  readonly s3: boolean
}

/** Connects without TLS, and only where the operator's list names the address. */
export class GuardedHttpAgent extends HttpAgent {
  readonly #settings: GuardSettings
  readonly #kind: AgentKind

  constructor(settings: GuardSettings, kind: AgentKind) {
    super({ keepAlive: false })
    this.#settings = settings
    this.#kind = kind
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected) {
    connectChecked({
      settings: this.#settings,
      target: targetOf(options, false, this.#kind),
      connect: (lookup) => super.createConnection({ ...options, lookup }),
      readyEvent: 'connect',
      callback,
    })
    return undefined
  }
}

/** Connects with TLS to public addresses, and to others where the operator's list names them. */
export class GuardedHttpsAgent extends HttpsAgent {
  readonly #settings: GuardSettings
  readonly #kind: AgentKind

  constructor(settings: GuardSettings, kind: AgentKind) {
    super({ keepAlive: false })
    this.#settings = settings
    this.#kind = kind
  }

  override createConnection(options: RequestOptions, callback?: Connected) {
    connectChecked({
      settings: this.#settings,
      target: targetOf(options, true, this.#kind),
      connect: (lookup) => super.createConnection({ ...options, lookup }),
      readyEvent: 'secureConnect',
      callback,
    })
    return undefined
  }
}

function targetOf(options: ClientRequestArgs, secure: boolean, kind: AgentKind): Target {
  const host = options.host ?? options.hostname ?? 'localhost'
  const port = Number(options.port ?? (secure ? 443 : 80))
  return { host, port, secure, s3: kind.s3 }
}

interface CheckedConnection {
  readonly settings: GuardSettings
  readonly target: Target
  readonly connect: (lookup: LookupFunction) => Duplex | null | undefined
  readonly readyEvent: 'connect' | 'secureConnect'
  readonly callback: Connected | undefined
}

/** Resolves and checks first, then connects to exactly the addresses that were checked. */
function connectChecked({ settings, target, connect, readyEvent, callback }: CheckedConnection) {
  let timer: NodeJS.Timeout | undefined
  const tooLate = () => new Error('No connection in time.')
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), connectLimitMs)
  })
  Promise.race([resolveAllowed(settings, target), expired]).then(
    (addresses) => {
      clearTimeout(timer)
      const socket = connect(fixedLookup(addresses))
      if (socket === null || socket === undefined) return
      limitConnecting(socket, readyEvent, tooLate)
      callback?.(null, socket)
    },
    (error: unknown) => {
      clearTimeout(timer)
      const reason = error instanceof Error ? error : new Error('The name has no address.')
      callback?.(reason, new PassThrough().destroy())
    },
  )
}

function limitConnecting(socket: Duplex, readyEvent: string, tooLate: () => Error) {
  const timer = setTimeout(() => socket.destroy(tooLate()), connectLimitMs)
  const clear = () => clearTimeout(timer)
  socket.once(readyEvent, clear)
  socket.once('close', clear)
}

/** Answers with the checked addresses, whatever is asked. */
function fixedLookup(addresses: Addresses): LookupFunction {
  return (_host, options, answer) => {
    if (options.all === true)
      answer(
        null,
        addresses.map((address) => ({ ...address })),
      )
    else answer(null, addresses[0].address, addresses[0].family)
  }
}
