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
