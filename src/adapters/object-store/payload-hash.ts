/** Gives the signer the hash of a body, which it would otherwise compute again on the main thread. */
export function setPayloadHash(request: unknown, hash: string) {
  if (typeof request !== 'object' || request === null || !('headers' in request)) return
  const { headers } = request
  if (typeof headers === 'object' && headers !== null) {
    Object.assign(headers, { 'x-amz-content-sha256': hash })
  }
}
