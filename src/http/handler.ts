import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

/** What a handler answers when it writes the response by itself, for server-sent events. */
export const taken: unique symbol = Symbol('the handler writes the response')

type Headers = Readonly<Record<string, string>>

/** A JSON answer. */
export interface JsonReply<Status, Body> {
  readonly status: Status
  readonly body: Body
  readonly headers?: Headers
}

/** An answer without a body. */
export interface EmptyReply<Status> {
  readonly status: Status
  readonly headers?: Headers
}

/** Bytes or text. `content-type` may be left out where the document knows one type only. */
export interface StreamReply<Status> {
  readonly status: Status
  readonly headers?: Headers
  readonly stream: Readable | string
}

/** A checked request. Path, query, headers and body are as the operation's document says. */
export interface OperationRequest<Operation, Principal> {
  readonly path: ParameterOf<Operation, 'path'>
  readonly query: ParameterOf<Operation, 'query'>
  /** The declared headers, names in lower case. */
  readonly headers: LowerCaseKeys<ParameterOf<Operation, 'header'>>
  /** The parsed JSON or form; undefined without one, and where the body is bytes. */
  readonly body: BodyOf<Operation>
  /** Who calls, as the operation's security scheme found it. */
  readonly principal: Principal
  /** The id in `X-Request-Id`. */
  readonly correlationId: string
  /** Aborts when the answer is complete, the client goes away before, or a stop has lasted too long. */
  readonly signal: AbortSignal
  /** Aborts as soon as the listener begins to stop: time to end polls and event streams. */
  readonly stopping: AbortSignal
  /**
   * For operations whose body is bytes: it is not read yet. Destroying it (as `pipeline` and a `for await` that is left
   * early do) breaks the connection, and the answer with it: to refuse in the middle, read through
   * `incoming.iterator({ destroyOnReturn: false })`.
   */
  readonly incoming: IncomingMessage
  /** For handlers that answer `taken`. */
  readonly response: ServerResponse
}

/** One operation. Answers one of its documented successes; everything else is a thrown `ProblemError`. */
export type Handler<Operation, Principal> = (
  request: OperationRequest<Operation, Principal>,
) => Promise<ReplyOf<Operation>>

/** The handler of one operation of a document, by its `operationId`. */
export type OperationHandler<
  Operations,
  Security extends Record<keyof Operations, PropertyKey>,
  Principals,
  Id extends keyof Operations,
> = Handler<Operations[Id], PrincipalOf<Security[Id], Principals>>

/**
 * Exactly one handler for each operation of a document.
 * `Principals` says what each security scheme finds; operations that anyone may call get undefined.
 */
export type Handlers<
  Operations,
  Security extends Record<keyof Operations, PropertyKey>,
  Principals,
> = {
  readonly [Id in keyof Operations]: OperationHandler<Operations, Security, Principals, Id>
}

/** Every answer that an operation's document knows, problems aside. */
export type ReplyOf<Operation> =
  | typeof taken
  | (Operation extends { responses: infer Responses }
      ? {
          [Status in keyof Responses & number]: ReplyFor<Status, Responses[Status]>
        }[keyof Responses & number]
      : never)

type ReplyFor<Status, Response> = Response extends { content: infer Content }
  ? JsonReplyFor<Status, Content> | StreamReplyFor<Status, Content>
  : EmptyReply<Status>

type JsonReplyFor<Status, Content> = Content extends { 'application/json': infer Body }
  ? JsonReply<Status, Body>
  : never

type StreamReplyFor<Status, Content> = [
  Exclude<keyof Content, 'application/json' | 'application/problem+json'>,
] extends [never]
  ? never
  : StreamReply<Status>

type PrincipalOf<Scheme, Principals> = [Scheme] extends [never]
  ? undefined
  : Principals[Scheme & keyof Principals]

type NoParameters = Readonly<Record<string, undefined>>

type ParameterOf<Operation, In extends string> = Operation extends { parameters: infer Parameters }
  ? In extends keyof Parameters
    ? [NonNullable<Parameters[In]>] extends [never]
      ? NoParameters
      : NonNullable<Parameters[In]>
    : NoParameters
  : never

type LowerCaseKeys<T> = { readonly [Key in keyof T as Lowercase<Key & string>]: T[Key] }

type BodyOf<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? ParsedBody<Content>
  : Operation extends { requestBody?: { content: infer Content } }
    ? ParsedBody<Content> | undefined
    : undefined

type ParsedBody<Content> = Content extends { 'application/json': infer Body }
  ? Body
  : Content extends { 'application/x-www-form-urlencoded': infer Body }
    ? Body
    : undefined
