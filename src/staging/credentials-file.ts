import { readFile, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { StoreError } from './staging-store.ts'

const documentSchema = z.object({
  endpoint: z.string(),
  region: z.string(),
  forcePathStyle: z.boolean(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
})

/** Where the store is, and the session to use there. Never logged. */
export type StoreSession = z.output<typeof documentSchema>
export type StoreSessionDocument = z.input<typeof documentSchema>

/** The file's content for a session; `CredentialsFile` reads it. */
export const sessionDocument = (session: StoreSession): StoreSessionDocument => ({
  ...session,
  expiresAt: session.expiresAt.toISOString(),
})

const pollMs = 500
const waitMs = 5_000

const noSession = new StoreError('away', 'there is no session that has not run out')

/** A file that holds the agent's session and is replaced by rename while the agent runs. */
export class CredentialsFile {
  readonly #path: string
  #version = ''
  #session: StoreSession | null = null

  constructor(path: string) {
    this.#path = path
  }

  /**
   * The present session; waits a little while it has run out, then throws `StoreError` `away`: another one may come
   * as long as there is time.
   */
  async current(signal: AbortSignal): Promise<StoreSession> {
    for (const startedAt = performance.now(); ;) {
      const session = await this.#read()
      if (session !== null && session.expiresAt.getTime() > Date.now()) return session
      if (performance.now() - startedAt > waitMs) throw noSession
      await pause(pollMs, undefined, { signal })
    }
  }

  /** Null while the file is missing or half written: a mounted Secret may be replaced at this moment. */
  async #read(): Promise<StoreSession | null> {
    try {
      const { mtimeNs, ino, size } = await stat(this.#path, { bigint: true })
      const version = `${String(mtimeNs)} ${String(ino)} ${String(size)}`
      if (version !== this.#version) {
        this.#session = documentSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')))
        this.#version = version
      }
      return this.#session
    } catch {
      return null
    }
  }
}
