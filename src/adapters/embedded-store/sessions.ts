import { createHash, randomBytes, randomInt } from 'node:crypto'
import { parsePolicy, type Policy } from './policy.ts'
import type { SessionRows } from './session-rows.ts'

/** Keeps the secrets of sessions unreadable at rest. */
export interface SecretSeal {
  seal(text: string): Promise<string> | string
  open(sealed: string): Promise<string> | string
}

/** Who signed a request. */
export type Principal =
  | { readonly kind: 'owner'; readonly accessKeyId: string }
  | {
      readonly kind: 'session'
      readonly accessKeyId: string
      readonly roleArn: string
      /** As `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
      readonly sessionArn: string
      /** Without a policy a session may do nothing. */
      readonly policy: Policy | undefined
    }

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
}

export interface OpenSession {
  readonly secretAccessKey: string
  readonly tokenHash: string
  readonly expiresAt: Date
  readonly principal: Extract<Principal, { kind: 'session' }>
}

export interface SessionRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly policy: string | undefined
  readonly expiresAt: Date
}

const cachedSessions = 1000
const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** `arn:aws:iam::<account>:role/<name>` as the ARN of one of its sessions. */
export const sessionArnOf = (roleArn: string, sessionName: string): string =>
  `${roleArn.replace(/^arn:([^:]*):iam:/, 'arn:$1:sts:').replace(':role/', ':assumed-role/')}/${sessionName}`

/** Makes sessions and finds them again; the opened secrets of the last used ones are kept in memory. */
export class Sessions {
  readonly #rows: SessionRows
  readonly #seal: SecretSeal
  readonly #open = new Map<string, OpenSession>()

  constructor(rows: SessionRows, seal: SecretSeal) {
    this.#rows = rows
    this.#seal = seal
  }

  /** The session is on the disk when its credentials are returned. */
  async issue(request: SessionRequest): Promise<SessionCredentials> {
    const accessKeyId = `ASIA${Array.from({ length: 16 }, () => keyAlphabet[randomInt(32)] ?? 'A').join('')}`
    const secretAccessKey = randomBytes(30).toString('base64')
    const sessionToken = randomBytes(96).toString('base64')
    const sealedSecret = await this.#seal.seal(secretAccessKey)
    this.#rows.insert({
      ...request,
      accessKeyId,
      sealedSecret,
      tokenHash: hashToken(sessionToken),
    })
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: request.expiresAt }
  }

  async find(accessKeyId: string): Promise<OpenSession | undefined> {
    const known = this.#open.get(accessKeyId)
    if (known !== undefined) return known
    const stored = this.#rows.find(accessKeyId)
    if (stored === undefined) return undefined
    const { roleArn, sessionName, policy } = stored
    const session: OpenSession = {
      secretAccessKey: await this.#seal.open(stored.sealedSecret),
      tokenHash: stored.tokenHash,
      expiresAt: stored.expiresAt,
      principal: {
        kind: 'session',
        accessKeyId,
        roleArn,
        sessionArn: sessionArnOf(roleArn, sessionName),
        policy: policy === undefined ? undefined : parsePolicy(policy, 'session'),
      },
    }
    this.#remember(accessKeyId, session)
    return session
  }

  #remember(accessKeyId: string, session: OpenSession): void {
    this.#open.set(accessKeyId, session)
    const [oldest] = this.#open.keys()
    if (this.#open.size > cachedSessions && oldest !== undefined) this.#open.delete(oldest)
  }

  /** Forgets sessions that ended before the date. Returns how many there were. */
  sweep(endedBefore: Date): number {
    for (const [accessKeyId, session] of this.#open)
      if (session.expiresAt < endedBefore) this.#open.delete(accessKeyId)
    return this.#rows.deleteExpiredBefore(endedBefore)
  }
}
