import type { ServerResponse } from 'node:http'
import type { Reply } from './exchange.ts'
import type { S3Error } from './s3-error.ts'
import type { RawBody } from './raw-body.ts'
import { stsNamespace } from './sts.ts'
import { element, xmlDocument } from './xml.ts'

/** Sends an answer, and its content if it has one. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  isHead: boolean,
): Promise<void> {
  response.statusCode = reply.status
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
  if (reply.stream !== undefined) {
    await reply.stream(response)
    response.end()
    return
  }
  const content = reply.text ?? ''
  const isBodyless = isHead || reply.status === 204 || reply.status === 304
  if (!isBodyless || content !== '')
    response.setHeader('content-length', Buffer.byteLength(content))
  response.end(isHead ? undefined : content)
}

/** Sends a refusal as the document that S3 or STS clients expect. */
export async function sendError(
  response: ServerResponse,
  error: S3Error,
  about: {
    readonly requestId: string
    readonly resource: string
    readonly isHead: boolean
    readonly service: 's3' | 'sts'
    readonly body: RawBody
  },
): Promise<void> {
  if (response.headersSent) {
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames())
    if (!name.startsWith('x-amz-')) response.removeHeader(name)
  if (!(await about.body.drain())) response.setHeader('connection', 'close')
  const details = [element('Code', error.code), element('Message', error.message)]
  const text =
    about.service === 'sts'
      ? xmlDocument(
          'ErrorResponse',
          [
            element('Error', element('Type', 'Sender'), ...details),
            element('RequestId', about.requestId),
          ],
          stsNamespace,
        )
      : errorDocument(error, about.resource, about.requestId)
  const headers = { 'content-type': 'application/xml' }
  await sendReply(response, { status: error.status, headers, text }, about.isHead)
}

function errorDocument(error: S3Error, resource: string, requestId: string): string {
  const fields = Object.entries(error.fields).map(([name, value]) => element(name, value))
  const { markup } = element(
    'Error',
    element('Code', error.code),
    element('Message', error.message),
    ...fields,
    element('Resource', resource),
    element('RequestId', requestId),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup}`
}
