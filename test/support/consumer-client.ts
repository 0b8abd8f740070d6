/** A consumer's backend: calls the consumer API with its token. */
export interface ConsumerClient {
  readonly token: string
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, else the text. */
  readonly body: never
  readonly text: string
}

export function consumerClient(endpoint: string, token: string): ConsumerClient {
  return {
    token,
    call: async (method, path, body, headers = {}) => {
      const isText = typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(`${endpoint}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
      })
      const text = await response.text()
      const json = /json/.test(response.headers.get('content-type') ?? '')
      return {
        status: response.status,
        headers: response.headers,
        body: (json ? JSON.parse(text) : text) as never,
        text,
      }
    },
  }
}
