import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError, type Configuration } from './configuration.ts'

/** The service's own keys. */
export interface Secrets {
  readonly secretKeys: readonly Uint8Array[]
  readonly signingKeys: readonly Uint8Array[]
  readonly managementKey: string
  /** Where the management key lies, for people; null when it was given by a variable. */
  readonly managementKeyFile: string | null
  /** The embedded store's owner. */
  readonly storeOwner: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Takes the keys that are configured; the others are made once and kept in the data folder (0600). */
export function loadSecrets(configuration: Configuration, dataDirectory: string): Secrets {
  const directory = join(dataDirectory, 'keys')
  const kept = (name: string, make: () => string) => keepOnce(directory, name, make)
  const secretKey = configuration.text('DSC_SECRET_KEY') ?? kept('secret-key', newSecretKey)
  const signingKey = configuration.text('DSC_SIGNING_KEY') ?? kept('signing-key', newSigningKey)
  const managementKey = configuration.text('DSC_MANAGEMENT_KEY')
  return {
    secretKeys: parseKeys('DSC_SECRET_KEY', secretKey, 32),
    signingKeys: parseKeys('DSC_SIGNING_KEY', signingKey, 100),
    managementKey: managementKey ?? kept('management-key', newManagementKey),
    managementKeyFile: managementKey === undefined ? join(directory, 'management-key') : null,
    storeOwner: {
      accessKeyId: kept(
        'store-access-key-id',
        () => `DSC${randomBytes(12).toString('hex').toUpperCase()}`,
      ),
      secretAccessKey: kept('store-secret-access-key', () => randomBytes(30).toString('base64url')),
    },
  }
}

const newSecretKey = () => randomBytes(32).toString('base64')
const newManagementKey = () => `dscm_${randomBytes(24).toString('base64url')}`

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
}

function keepOnce(directory: string, name: string, make: () => string): string {
  const path = join(directory, name)
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(`${path}.new`, `${make()}\n`, { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
  }
  return readFileSync(path, 'utf8').trim()
}

function parseKeys(name: string, list: string, minBytes: number): readonly Uint8Array[] {
  return list.split(',').map((entry, index) => {
    const bytes = Buffer.from(entry.trim(), 'base64')
    if (bytes.length >= minBytes) return bytes
    throw new ConfigurationError([
      `${name}: entry ${index + 1} is not base64 of ${minBytes} bytes or more.`,
    ])
  })
}
