import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { SessionCredentials } from '../../application/ports/object-store.ts'

export interface PresignSettings {
  readonly publicEndpoint: string
  readonly region: string
  readonly forcePathStyle: boolean
  readonly now: () => Date
}

export const maxPresignSeconds = 900

/** A GET of one object, signed in the query for the public endpoint (SigV4), at most 900 s. */
export async function presignGet(
  settings: PresignSettings,
  bucket: string,
  key: string,
  credentials: SessionCredentials,
  seconds: number,
): Promise<string> {
  const target = objectUrl(settings, bucket, key)
  const signer = new SignatureV4({
    credentials,
    region: settings.region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: target.protocol,
      hostname: target.hostname,
      path: target.pathname,
      query: {},
      headers: { host: target.host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      ...(target.port === '' ? {} : { port: Number(target.port) }),
    },
    {
      expiresIn: Math.max(1, Math.min(seconds, maxPresignSeconds)),
      signingDate: settings.now(),
    },
  )
  const query = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${encodeSegment(name)}=${encodeSegment(String(value))}`)
    .join('&')
  return `${target.origin}${target.pathname}?${query}`
}

function objectUrl(settings: PresignSettings, bucket: string, key: string): URL {
  const url = new URL(settings.publicEndpoint)
  const base = url.pathname.replace(/\/$/, '')
  const path = key.split('/').map(encodeSegment).join('/')
  if (settings.forcePathStyle) url.pathname = `${base}/${bucket}/${path}`
  else {
    url.hostname = `${bucket}.${url.hostname}`
    url.pathname = `${base}/${path}`
  }
  return url
}

/** SigV4 leaves only unreserved characters unencoded. */
const encodeSegment = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
