import type { Configuration } from '../config/configuration.ts'

export interface ListenerAddress {
  readonly host: string
  readonly port: number
  /** How others reach it, when it is configured. */
  readonly publicUrl: string | undefined
}

type Name = 'CONSUMER' | 'CONNECTOR' | 'MANAGEMENT' | 'STORE'

/** Where a listener listens. */
export function listenerAddress(configuration: Configuration, name: Name): ListenerAddress {
  return {
    host: configuration.text(`DSC_${name}_HOST`) ?? configuration.required('DSC_HOST'),
    port: configuration.number(`DSC_${name}_PORT`),
    publicUrl: configuration.text(`DSC_${name}_URL`)?.replace(/\/$/, ''),
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Host and port that a URL names; nothing for no URL. */
export function addressesOf(...urls: readonly (string | undefined)[]) {
  return urls.flatMap((url) => {
    if (url === undefined) return []
    const { hostname, port, protocol } = new URL(url)
    const usual = protocol === 'https:' ? 443 : 80
    return [{ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) }]
  })
}
