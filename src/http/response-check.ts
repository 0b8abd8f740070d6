import type { Contract, Operation } from './contract.ts'
import type { AnyReply } from './reply.ts'

/** What an answer has that its operation's document does not know; empty when it fits. */
export function responseErrors(
  contract: Contract,
  operation: Operation,
  reply: AnyReply,
  type: string | undefined,
): string[] {
  const where = `${operation.id} ${reply.status}`
  const documented = operation.responses[reply.status]
  if (documented === undefined) return [`${where}: the status is not in the document`]
  const types = Object.keys(documented.content ?? {})
  if (reply.stream !== undefined) {
    const name = (type ?? '').split(';', 1)[0] ?? ''
    const known = types.includes(name) || types.includes('application/octet-stream')
    return known ? [] : [`${where}: ${name} is not in the document`]
  }
  if (reply.body === undefined) {
    return types.length === 0 ? [] : [`${where}: the document has a body`]
  }
  const body: unknown = JSON.parse(JSON.stringify(reply.body))
  return contract
    .checkResponse(operation, reply.status, 'application/json', body)
    .map((error) => `${where}: ${error.instancePath} ${error.message ?? 'is not valid'}`)
}
