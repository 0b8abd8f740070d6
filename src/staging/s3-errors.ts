import { StoreError, type StoreErrorKind } from './staging-store.ts'

/** Clocks of store and agent differ; a session that ends this soon may be over for the store. */
const clockSkewMs = 60_000

const awayCodes = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'SlowDown',
  'ConditionalRequestConflict',
  'OperationAborted',
])

/** Translates what the SDK threw. Stores differ in codes, so the HTTP status decides where the code says nothing. */
export function storeError(error: unknown, expiresAt: Date): StoreError {
  if (error instanceof StoreError) return error
  const code = error instanceof Error ? error.name : 'unknown error'
  const status = httpStatus(error)
  const said = status === null ? code : `${code} (HTTP ${status})`
  return new StoreError(kindOf(code, status, expiresAt), `the store said ${said}`, { cause: error })
}

function kindOf(code: string, status: number | null, expiresAt: Date): StoreErrorKind {
  if (status === null || status >= 500 || status === 429 || awayCodes.has(code)) return 'away'
  if (status === 412) return 'changed'
  if (status === 404) return 'absent'
  if (status === 401 || status === 403) {
    return expiresAt.getTime() - Date.now() < clockSkewMs ? 'away' : 'denied'
  }
  return 'refused'
}

function httpStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null) return null
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : null
}
