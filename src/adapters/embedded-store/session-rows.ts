import type { DatabaseSync } from 'node:sqlite'
import { integer, optionalText, text } from './database.ts'

/** A session of a role as it is stored: the secret sealed, the token as a hash. */
export interface StoredSession {
  readonly accessKeyId: string
  readonly sealedSecret: string
  readonly tokenHash: string
  readonly roleArn: string
  readonly sessionName: string
  readonly policy: string | undefined
  readonly expiresAt: Date
}

export class SessionRows {
  readonly #find
  readonly #insert
  readonly #deleteExpired

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM sessions WHERE access_key_id = ?')
    this.#insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.#deleteExpired = database.prepare('DELETE FROM sessions WHERE expires_at < ?')
  }

  find(accessKeyId: string): StoredSession | undefined {
    const row = this.#find.get(accessKeyId)
    if (row === undefined) return undefined
    return {
      accessKeyId,
      sealedSecret: text(row, 'sealed_secret'),
      tokenHash: text(row, 'token_hash'),
      roleArn: text(row, 'role_arn'),
      sessionName: text(row, 'session_name'),
      policy: optionalText(row, 'policy'),
      expiresAt: new Date(integer(row, 'expires_at')),
    }
  }

  insert(session: StoredSession): void {
    this.#insert.run(
      session.accessKeyId,
      session.sealedSecret,
      session.tokenHash,
      session.roleArn,
      session.sessionName,
      session.policy ?? null,
      session.expiresAt.getTime(),
    )
  }

  /** Returns how many there were. */
  deleteExpiredBefore(date: Date): number {
    return Number(this.#deleteExpired.run(date.getTime()).changes)
  }
}
