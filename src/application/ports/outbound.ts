/** Who chose an address: decides what the guarded client lets through. */
export type AddressTrust =
  /** Configured by the operator: the exact origin passes. */
  | 'operator'
  /** From a consumer or a message: public https, or in `DSC_EGRESS_ALLOW`; never our own listeners. */
  | 'foreign'

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly trust: AddressTrust
  /** Total limit, from the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number
  /** Bytes of the answer that are read; the rest is dropped and the connection closed. */
  readonly maxResponseBytes: number
}

export interface OutboundResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** UTF-8, at most `maxResponseBytes`. */
  readonly body: string
}

/**
 * Small requests to others: callbacks, pushes, token endpoints. No redirect is followed.
 * Throws `FailureError` `address-refused` when the address is not allowed, `no-progress` when nothing answered.
 */
export interface Outbound {
  send(request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse>
  /** Throws `ProblemError` `address-refused` for a URL that can never pass; asks no name server. */
  checkUrl(url: string, trust: AddressTrust, options?: { readonly s3?: boolean }): void
}
